"""Runs of programs that are measured, side by side."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

_WORKER = Path(__file__).with_name("worker.py")


@attrs.frozen(kw_only=True)
class Run:
    """What one run took."""

    #: Seconds.
    wall: float
    #: Seconds of processor time, of its children too.
    cpu: float
    #: Of the process itself.
    peak_mb: float
    #: What the worker said besides, such as ``bytes``.
    said: dict[str, float] = attrs.field(factory=dict)


def run_worker(*arguments: object, environ: Mapping[str, str] | None = None) -> Run:
    """Runs `worker.py` in a process of its own; what it imports does not count as time.

    Raises:
        SystemExit: It failed.
    """
    command = [sys.executable, str(_WORKER), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environ, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {done.returncode}")
    said = json.loads(done.stdout.splitlines()[-1])
    return Run(wall=said.pop("wall"), cpu=said.pop("cpu"), peak_mb=said.pop("peak_mb"), said=said)


def in_rounds(ways: Mapping[str, Callable[[], Run]], rounds: int, *, warm: bool = True) -> dict[str, list[Run]]:
    """Runs every way once in each round, in an order that turns, so that what else goes on falls on all of them.

    Args:
        ways: By name.
        rounds: That count.
        warm: Whether a round that does not count goes before.
    """
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    names = list(ways)
    for number in range(-1 if warm else 0, rounds):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            run = ways[name]()
            if number >= 0:
                runs[name].append(run)
    return runs


def ratio(runs: Mapping[str, list[Run]], name: str, other: str) -> float:
    """How many times as long `name` took as `other`: the median of the rounds' ratios."""
    pairs = zip(runs[name], runs[other], strict=True)
    return statistics.median(one.wall / two.wall for one, two in pairs)


def show(title: str, runs: Mapping[str, list[Run]]) -> None:
    """Prints a table of them."""
    print(f"\n{title}")
    print(f"  {'':<34}{'wall s':>9}{'fastest':>9}{'cpu s':>9}{'peak MB':>9}{'MB':>9}")
    for name, taken in runs.items():
        walls = [run.wall for run in taken]
        cpu = statistics.median(run.cpu for run in taken)
        peak = max(run.peak_mb for run in taken)
        size = taken[-1].said.get("bytes")
        moved = f"{size / 1e6:9.1f}" if size is not None else " " * 9
        print(f"  {name:<34}{statistics.median(walls):9.2f}{min(walls):9.2f}{cpu:9.2f}{peak:9.0f}{moved}", flush=True)
