"""What an environment pack takes: packing it, publishing it, finding it again, starting from it.

(a) packing a prefix with MLflow and scikit-learn, beside `conda_pack.pack` with its defaults and with all cores;
(b) from conda.yaml to a published pack with empty and with full caches, beside conda-pack and pip as ADS has them work;
(c) finding out that an environment is published already;
(d) peak memory of packing and publishing the prefix, and one of three times its size;
(e) from a pack in a file to the first prediction, beside a pack by conda-pack of the same environment.

Everything of one part runs in one round after the other, in turn, and ratios are medians of the rounds'. The last line
has them all; ratios say how many times as fast this project is, except `pack_bytes`, which is the size of its pack
beside conda-pack's. Model checks are no part of (b), since the others make none.

It needs what the tests need (`pip install --group test --group e2e`), GNU tar and a package index; conda channels are
made from this machine's own Python, and the service is the twin of the tests. It takes about half an hour.

    python benchmarks/packs.py [--rounds 3] [--parts abcde] [--requirement xgboost]
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import tempfile
from pathlib import Path

import attrs

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from packs_parts.runs import Run, in_rounds, ratio, run_worker, show
from packs_parts.stage import Stage, stage

OURS, DEFAULT, BEST = "this project", "conda-pack, its defaults", "conda-pack, all cores"
ADS = "conda-pack and pip, as ADS"
PARTS = "abcde"


@attrs.define
class Benchmark:
    """The parts, each of which prints a table and keeps its values."""

    stage: Stage
    rounds: int
    #: The environment, laid out once by this project.
    prefix: Path
    values: dict[str, str] = attrs.field(factory=dict)
    _numbers: itertools.count[int] = attrs.field(factory=itertools.count)

    def packing(self) -> None:
        """(a)."""
        out = self.stage.folder / "pack.tar.gz"
        ways = {
            OURS: lambda: run_worker("pack", self.prefix, out),
            DEFAULT: lambda: run_worker("conda-pack", self.prefix, out, 4, 1),
            BEST: lambda: run_worker("conda-pack", self.prefix, out, 4, -1),
        }
        runs = in_rounds(ways, self.rounds)
        show("(a) packing", runs)
        sizes = {name: taken[-1].said["bytes"] for name, taken in runs.items()}
        self._keep(pack_vs_default=ratio(runs, DEFAULT, OURS), pack_vs_best=ratio(runs, BEST, OURS))
        self._keep(pack_bytes=sizes[OURS] / sizes[DEFAULT])

    def publishing(self) -> None:
        """(b)."""
        cold = {
            OURS: lambda: self._publish("publish", f"cold-{next(self._numbers)}"),
            ADS: lambda: self._publish("publish-as-ads", f"cold-{next(self._numbers)}"),
        }
        runs = in_rounds(cold, max(1, self.rounds // 2), warm=False)
        show("(b) conda.yaml to published pack, empty caches", runs)
        self._keep(publish_cold=ratio(runs, ADS, OURS))
        warm = {
            OURS: lambda: self._publish("publish", "warm"),
            ADS: lambda: self._publish("publish-as-ads", "warm"),
        }
        runs = in_rounds(warm, max(1, self.rounds // 2))
        show("(b) … full caches", runs)
        self._keep(publish_warm=ratio(runs, ADS, OURS))

    def _publish(self, worker: str, caches: str) -> Run:
        environ = self.stage.fresh(f"{worker}-{caches}")
        # a home of its own, or the pack would be found in its cache, and nothing made
        environ["OCI_MLFLOW_HOME"] = str(self.stage.folder / "homes" / f"run-{next(self._numbers)}")
        environ["OCI_MLFLOW_PACKS_MAX_BYTES"] = "1"
        return run_worker(worker, self.stage.conda_file, f"bench-{next(self._numbers)}", environ=environ)

    def unchanged(self) -> None:
        """(c)."""
        environ = self.stage.fresh("unchanged")
        run_worker("publish", self.stage.conda_file, "unchanged", environ=environ)
        runs = in_rounds(
            {OURS: lambda: run_worker("unchanged", self.stage.conda_file, "unchanged", environ=environ)}, self.rounds
        )
        show("(c) an unchanged environment", runs)
        self._keep(unchanged_s=statistics.median(run.wall for run in runs[OURS]))

    def memory(self) -> None:
        """(d)."""
        small, large = self._prefix_of("small", 1), self._prefix_of("large", 3)
        environ = self.stage.fresh("memory")
        ways = {
            name: lambda prefix=prefix: run_worker(
                "publish-prefix", prefix, f"memory-{next(self._numbers)}", environ=environ
            )
            for name, prefix in (("small", small), ("large", large))
        }
        runs = in_rounds(ways, self.rounds, warm=False)
        show("(d) packing and publishing", runs)
        peaks = {f"peak_mb_{name}": max(run.peak_mb for run in taken) for name, taken in runs.items()}
        self._keep(**peaks)

    def _prefix_of(self, name: str, copies: int) -> Path:
        """A prefix with so many copies of the environment's packages."""
        to = self.stage.folder / name / "prefix"
        to.mkdir(parents=True)
        os.link(self.prefix.parent / "lock.json", to.parent / "lock.json")
        _link_tree(self.prefix / "bin", to / "bin")
        for number in range(copies):
            _link_tree(self.prefix / "lib", to / f"lib{number}")
        return to

    def starting(self) -> None:
        """(e)."""
        ours, theirs = self.stage.folder / "ours.tar.gz", self.stage.folder / "theirs.tar.gz"
        run_worker("pack", self.prefix, ours)
        run_worker("conda-pack", self.prefix, theirs, 4, -1)
        ways = {name: lambda pack=pack: self._start(pack) for name, pack in ((OURS, ours), (BEST, theirs))}
        runs = in_rounds(ways, self.rounds)
        show("(e) from the file to the first prediction", runs)
        self._keep(cold_start=ratio(runs, BEST, OURS))

    def _start(self, pack: Path) -> Run:
        to = self.stage.folder / f"started-{next(self._numbers)}"
        return run_worker("start", pack, to, self.stage.model)

    def _keep(self, **values: float) -> None:
        self.values.update({name: f"{value:.2f}" for name, value in values.items()})


def _link_tree(source: Path, to: Path) -> None:
    from oci_mlflow_builders.checking.moving import link_tree  # noqa: PLC0415

    link_tree(source, to, lambda: None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each that count (default: 3)")
    parser.add_argument("--parts", default=PARTS, help=f"which parts to run (default: {PARTS})")
    parser.add_argument("--requirement", action="append", default=[], help="a package that the model needs too")
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, stage(Path(folder), options.requirement) as place:
        os.environ.update(place.environ)
        benchmark = Benchmark(place, options.rounds, _laid_out(place))
        parts = {
            "a": benchmark.packing,
            "b": benchmark.publishing,
            "c": benchmark.unchanged,
            "d": benchmark.memory,
            "e": benchmark.starting,
        }
        for part in options.parts:
            parts[part]()
    print(" ".join(f"{name}={value}" for name, value in benchmark.values.items()))


def _laid_out(place: Stage) -> Path:
    from packs_parts import plugin  # noqa: PLC0415

    workspace = place.folder / "laid-out"
    workspace.mkdir()
    return plugin.lay_out(plugin.ports(), place.conda_file, workspace).path


if __name__ == "__main__":
    main()
