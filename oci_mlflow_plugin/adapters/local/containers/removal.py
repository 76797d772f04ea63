"""The process that removes the container of a server that was killed; started by its supervisor."""

from __future__ import annotations

import sys
from pathlib import Path

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_plugin.adapters.local.containers.marker import remove_marked


def main(arguments: list[str]) -> int:
    """Removes what the file stands for; see `remove_marked`."""
    try:
        remove_marked(Path(arguments[0]))
    except DeploymentError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
