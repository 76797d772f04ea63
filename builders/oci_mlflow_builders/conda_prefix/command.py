"""The same as a command, for where the prefix is: ``python settle.pyz PREFIX``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.settling import settle


def main(arguments: Sequence[str] | None = None) -> int:
    """Settles the prefix and prints one line of JSON: ``{"placeholders", "room"}`` or ``{"error", "hint"}``.

    Returns:
        0, or 1 where the prefix cannot be settled.
    """
    parser = argparse.ArgumentParser(prog="settle", description="Make a conda prefix independent of its place.")
    parser.add_argument("prefix", type=Path)
    parser.add_argument("--package-cache", type=Path, action="append", default=[], metavar="FOLDER")
    parser.add_argument("--channels", type=Path, metavar="FILE", help="JSON: channel by name of a package's file")
    chosen = parser.parse_args(arguments)
    try:
        channels = json.loads(chosen.channels.read_text(encoding="utf-8")) if chosen.channels else None
        settled = settle(chosen.prefix, package_caches=chosen.package_cache, channels=channels)
    except SettlingError as fault:
        return _say({"error": fault.reason, "hint": fault.hint}, 1)
    except OSError as fault:
        return _say({"error": str(fault), "hint": ""}, 1)
    return _say({"placeholders": settled.placeholders, "room": settled.room}, 0)


def _say(answer: dict[str, object], code: int) -> int:
    sys.stdout.write(f"{json.dumps(answer, sort_keys=True)}\n")
    return code
