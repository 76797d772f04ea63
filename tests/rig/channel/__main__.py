"""``python -m rig.channel OUT``: makes the channels in a folder, to be used by hand."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rig.channel.channels import MAIN, add_aarch64, make_channels
from rig.channel.debian import DebianError
from rig.channel.pythons import NoPythonError
from rig.channel.wheels import WheelsError


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="rig.channel", description="Make conda channels from what this machine has.")
    parser.add_argument("out", type=Path, help="folder that the channels are made in")
    parser.add_argument("--python", action="append", metavar="MINOR", help="such as 3.11; may be given several times")
    parser.add_argument("--aarch64", action="store_true", help="add a Python for linux-aarch64, from Debian's packages")
    arguments = parser.parse_args()
    minors = arguments.python or [f"{sys.version_info[0]}.{sys.version_info[1]}"]
    began = time.monotonic()
    try:
        made = make_channels(arguments.out, minors=minors, say=_say)
        if arguments.aarch64:
            _say(f"python {add_aarch64(made).aarch64_python} for linux-aarch64")
    except (DebianError, NoPythonError, WheelsError) as fault:
        sys.stderr.write(f"rig.channel: {fault}\n")
        return 1
    for name, why in made.skipped:
        _say(f"left out {name}: {why}")
    _say(f"{(arguments.out / MAIN).resolve().as_uri()} after {time.monotonic() - began:.1f} s")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
