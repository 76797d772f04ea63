"""``python -m rig.engine up|down DIR``: an engine before the tests, and nothing of it after them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rig.engine.daemon import Daemon, EngineError
from rig.engine.found import remove_of_tests, this_machines_engine


def main(arguments: list[str] | None = None) -> int:
    """``up`` says on stdout what `DOCKER_HOST` has to be; ``down`` undoes everything that ``up`` and tests did."""
    parser = argparse.ArgumentParser(prog="python -m rig.engine", description=__doc__)
    parser.add_argument("verb", choices=("up", "down"))
    parser.add_argument("folder", type=Path, help="everything of an engine of its own lies there")
    options = parser.parse_args(arguments)
    daemon = Daemon(options.folder.resolve())
    try:
        if options.verb == "up":
            sys.stdout.write(f"{this_machines_engine() or daemon.start()}\n")
        else:
            _down(daemon)
    except EngineError as error:
        sys.stderr.write(f"rig.engine: {error}\n")
        return 1
    return 0


def _down(daemon: Daemon) -> None:
    """An engine of one's own goes with all that is in it; of somebody's engine only what carries the rig's label."""
    if daemon.was_started:
        daemon.stop()
    elif (host := this_machines_engine()) is not None:
        remove_of_tests(host)


if __name__ == "__main__":
    sys.exit(main())
