"""``python -m rig.base_image TAG``: makes the image in the engine of `DOCKER_HOST`; ``--as-if`` makes stand-ins."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from rig.base_image.debian import ImageError
from rig.base_image.making import make
from rig.base_image.well_known import stand_in_for


def main(arguments: list[str] | None = None) -> int:
    """Says the image's id, or its name where it is a stand-in, on stdout."""
    parser = argparse.ArgumentParser(prog="python -m rig.base_image", description=__doc__)
    parser.add_argument("tag", help="the name that the image gets, such as ml-job")
    parser.add_argument(
        "--as-if",
        action="store_true",
        help="not the image with conda, but one that stands in for the well-known image of that name",
    )
    options = parser.parse_args(arguments)
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    try:
        with tempfile.TemporaryDirectory(prefix="rig-base-image-") as folder:
            made = stand_in_for(options.tag, host) if options.as_if else make(options.tag, host, Path(folder))
    except ImageError as error:
        sys.stderr.write(f"rig.base_image: {error}\n")
        return 1
    sys.stdout.write(f"{made}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
