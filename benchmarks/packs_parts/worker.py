"""One thing that is measured, in a process of its own; prints its seconds as JSON in the last line."""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from packs_parts import peers, plugin

Said = dict[str, float]


@contextmanager
def measured() -> Iterator[Said]:
    """Times what happens within; imports should be done before."""
    said: Said = {}
    began, before = time.perf_counter(), _cpu()
    yield said
    taken = {"wall": time.perf_counter() - began, "cpu": _cpu() - before, "peak_mb": _peak_mb()}
    print(json.dumps({**said, **taken}))


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _peak_mb() -> float:
    """Of this process, since it began to run this program: what `getrusage` says counts the one that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


def pack(options: argparse.Namespace) -> None:
    built, packer, step = plugin.packing(options.prefix)
    with measured() as said, options.out.open("wb", buffering=0) as stream:
        said["bytes"] = packer.pack(built, stream, step).size


def conda_pack(options: argparse.Namespace) -> None:
    import conda_pack  # noqa: PLC0415, F401 - its import is not what is measured

    with measured() as said:
        peers.conda_pack(options.prefix, options.out, level=options.level, threads=options.threads)
        said["bytes"] = options.out.stat().st_size


def publish_prefix(options: argparse.Namespace) -> None:
    built, packer, step = plugin.packing(options.prefix)
    ports = plugin.ports()
    with measured() as said:
        said["bytes"] = plugin.publish(ports, built, packer, options.name, step)


def publish(options: argparse.Namespace) -> None:
    ports = plugin.ports()
    with measured() as said:
        said["bytes"] = plugin.from_conda_file(ports, options.conda_file, options.name)


def unchanged(options: argparse.Namespace) -> None:
    ports = plugin.ports()
    with measured():
        plugin.find_unchanged(ports, options.conda_file, options.name)


def publish_as_ads(options: argparse.Namespace) -> None:
    import conda_pack  # noqa: PLC0415, F401
    import oci  # noqa: PLC0415, F401
    import rattler  # noqa: PLC0415, F401

    with measured() as said, tempfile.TemporaryDirectory() as folder:
        said["bytes"] = peers.publish(options.conda_file, Path(folder), options.name)


def start(options: argparse.Namespace) -> None:
    """As the service lays a pack out: GNU tar, conda-unpack, the pack's Python."""
    to = options.out
    to.mkdir()
    model = str(options.model)
    code = (
        "import sys, mlflow.pyfunc; from mlflow.models import Model; "
        "mlflow.pyfunc.load_model(sys.argv[1]).predict(Model.load(sys.argv[1]).load_input_example(sys.argv[1]))"
    )
    with measured() as said:
        said["bytes"] = options.pack.stat().st_size
        subprocess.run(["/usr/bin/env", "tar", "-xzf", str(options.pack), "-C", str(to)], check=True)
        python = str(to / "bin" / "python")
        subprocess.run([python, str(to / "bin" / "conda-unpack")], check=True)
        quiet = {"PATH": os.environ["PATH"], "HOME": str(to), "MLFLOW_DISABLE_TELEMETRY": "true"}
        subprocess.run([python, "-W", "ignore", "-c", code, model], check=True, env=quiet)
    shutil.rmtree(to)


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], None], dict[str, type]]] = {
    "pack": (pack, {"prefix": Path, "out": Path}),
    "conda-pack": (conda_pack, {"prefix": Path, "out": Path, "level": int, "threads": int}),
    "publish-prefix": (publish_prefix, {"prefix": Path, "name": str}),
    "publish": (publish, {"conda_file": Path, "name": str}),
    "unchanged": (unchanged, {"conda_file": Path, "name": str}),
    "publish-as-ads": (publish_as_ads, {"conda_file": Path, "name": str}),
    "start": (start, {"pack": Path, "out": Path, "model": Path}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, (function, arguments) in _COMMANDS.items():
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        for argument, kind in arguments.items():
            command.add_argument(argument, type=kind)
    options = parser.parse_args()
    options.function(options)


if __name__ == "__main__":
    main()
