"""``python -m rig.base_image TAG``: makes the image in the engine of `DOCKER_HOST`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from rig.base_image.making import ImageError, make


def main(arguments: list[str] | None = None) -> int:
    """Says the image's id on stdout."""
    parser = argparse.ArgumentParser(prog="python -m rig.base_image", description=__doc__)
    parser.add_argument("tag", help="the name that the image gets, such as ml-job")
    options = parser.parse_args(arguments)
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    try:
        with tempfile.TemporaryDirectory(prefix="rig-base-image-") as folder:
            sys.stdout.write(f"{make(options.tag, host, Path(folder))}\n")
    except ImageError as error:
        sys.stderr.write(f"rig.base_image: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
