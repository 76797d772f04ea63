"""An image's server beside `mlflow models serve`, alone and behind nginx, with the same model and workers.

Requests per second, median and 99th percentile of their time, and the server's processor time for each, at 1, 8 and 64
clients, with small requests (one row) and large ones (1 MB), and what `pyfunc.predict` takes without a server;
besides, the time from start to first answer. The servers take turns at each number of clients. The clients run on the
same machine and take their share of it.

Then images are made and measured, as `benchmarks/images.py` does alone.

The last line has ratios to `mlflow models serve`, each the worst of those at 1, 8 and 64 clients: `rps_small` and
`rps_large` say how many times as many requests are answered, `p99_small` and `p99_large` how long the 99th percentile
is in comparison (below 1 is shorter); the same with `_nginx` at the end is to the one behind nginx; besides what
`benchmarks/images.py` ends with.

It needs what the tests need (`pip install --group e2e`), a package index for the server's wheels, nginx for the
column about it, and an engine and Debian's docker-registry and mmdebstrap for the images; what is not there is left
out.

    python benchmarks/serving.py [--seconds 5] [--rounds 3] [--workers 2] [--clients 1 8 64]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from images_parts.measures import measured
from images_parts.stage import obstacle, stage
from serving_parts import model, servers
from serving_parts.load import Load, load
from serving_parts.servers import Server

OURS, MLFLOW, NGINX = "this project", "mlflow models serve", "… behind nginx"
SIZES = ("small", "large")


@attrs.frozen
class Run:
    """A load, and what it cost the server."""

    load: Load
    #: Processor time of one request; behind nginx, of nginx alone.
    cpu_ms: float


@attrs.define
class Serving:
    """The loads on all servers."""

    running: Mapping[str, Server]
    bodies: Mapping[str, Path]
    rounds: int
    seconds: float
    values: dict[str, str] = attrs.field(factory=dict)

    def compare(self, size: str, clients: list[int]) -> None:
        """Prints a table of one size of requests, and keeps the ratios."""
        runs = {count: self._rounds(size, count) for count in clients}
        for count, found in runs.items():
            for name, taken in found.items():
                _show(f"{size}, {count} clients: {name}", taken)
        for other, suffix in ((MLFLOW, ""), (NGINX, "_nginx")):
            if other in self.running:
                pairs = [(found[OURS], found[other]) for found in runs.values()]
                self._keep(f"rps_{size}{suffix}", min(_ratio(*pair, lambda each: each.load.rps) for pair in pairs))
                self._keep(f"p99_{size}{suffix}", max(_ratio(*pair, lambda each: each.load.p99_ms) for pair in pairs))

    def _rounds(self, size: str, clients: int) -> dict[str, list[Run]]:
        """In an order that turns, after a short round that does not count."""
        names = list(self.running)
        found: dict[str, list[Run]] = {name: [] for name in names}
        for number in range(-1, self.rounds):
            turn = number % len(names)
            for name in (*names[turn:], *names[:turn]):
                server = self.running[name]
                seconds = self.seconds if number >= 0 else min(1.0, self.seconds)
                before = server.cpu_seconds()
                one = load(server.port, server.path, self.bodies[size], clients, seconds)
                if number >= 0:
                    found[name].append(Run(one, (server.cpu_seconds() - before) / one.count * 1000))
        return found

    def _keep(self, name: str, value: float) -> None:
        self.values[name] = f"{value:.2f}"


def _ratio(ours: list[Run], theirs: list[Run], figure: Callable[[Run], float]) -> float:
    return statistics.median(figure(one) / figure(other) for one, other in zip(ours, theirs, strict=True))


def _show(what: str, runs: list[Run]) -> None:
    rps, p50, p99 = (
        statistics.median(getattr(each.load, figure) for each in runs) for figure in ("rps", "p50_ms", "p99_ms")
    )
    cpu = statistics.median(each.cpu_ms for each in runs)
    faults = sum(each.load.faults for each in runs)
    told = f"   {faults} faults" if faults else ""
    print(f"  {what:<48}{rps:10.1f}{p50:10.2f}{p99:10.2f}{cpu:10.2f}{told}", flush=True)


def _floor(place: Path, body: Path) -> Run:
    found, seconds = model.floor(place, body, 2.0)
    return Run(found, seconds / found.count * 1000)


def _started(stack: contextlib.ExitStack, place: Path, body: bytes, workers: int) -> dict[str, Server]:
    saved = place / "model"
    ours = stack.enter_context(servers.image_server(saved, place / "image", body, workers))
    theirs = stack.enter_context(servers.mlflow_server(saved, place / "mlflow", body, workers))
    running = {OURS: ours, MLFLOW: theirs}
    print("start to first answer, seconds")
    for name, server in running.items():
        print(f"  {name:<48}{server.seconds_to_answer:10.2f}", flush=True)
    if servers.has_nginx():
        (place / "nginx").mkdir()
        running[NGINX] = stack.enter_context(servers.nginx(place / "nginx", body, theirs.port))
    else:
        print("nginx is not installed; its column is left out")
    return running


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run (default: 5)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each that count (default: 3)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes of each server")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64], help="at once (default: 1 8 64)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        place = Path(folder)
        model.save(place / "model")
        bodies = model.write_bodies(place)
        running = _started(stack, place, bodies["small"].read_bytes(), options.workers)
        serving = Serving(running, bodies, options.rounds, options.seconds)
        print(f"\n  {'':<48}{'requests/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'cpu ms':>10}")
        for size in SIZES:
            _show(f"{size}: pyfunc.predict, one thread, no server", [_floor(place / "model", bodies[size])])
            serving.compare(size, options.clients)
    print(" ".join(f"{name}={value}" for name, value in {**serving.values, **_images()}.items()))


def _images() -> dict[str, str]:
    reason = obstacle()
    if reason is not None:
        print(f"{reason}; images are left out")
        return {}
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as place:
        found = measured(place)
    found.show()
    return {name: f"{value:.2f}" for name, value in found.values().items()}


if __name__ == "__main__":
    main()
