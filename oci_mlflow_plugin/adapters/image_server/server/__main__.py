"""Starts the server: ``python -m oci_mlflow_server`` in an image.

The packages above are stood in for by empty ones, so that the modules find each other under the names that they have in
the project, of which nothing is installed in a model's environment.
"""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

_PACKAGE = "oci_mlflow_plugin.adapters.image_server.server"
_WHEELS = "wheels"


def stand_in_for_packages(folder: Path) -> None:
    """Puts empty packages in place, the last of which has its modules in the folder."""
    name = ""
    for part in _PACKAGE.split("."):
        name = f"{name}.{part}" if name else part
        module = types.ModuleType(name)
        module.__path__ = [str(folder)] if name == _PACKAGE else []
        sys.modules[name] = module


def main() -> None:
    """Runs the server; its wheels are looked for last, after those of the model's environment."""
    folder = Path(__file__).resolve().parent
    stand_in_for_packages(folder)
    sys.path.append(str(folder.parent / _WHEELS))
    sys.exit(importlib.import_module(f"{_PACKAGE}.run").main(sys.argv[1:]))


if __name__ == "__main__":
    main()
