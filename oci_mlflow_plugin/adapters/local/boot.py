"""Runs one module of this adapter with an interpreter that has nothing of this project installed.

Started as ``python -I boot.py MODULE ARGUMENT…``. The packages above are stood in for by empty ones, so that neither
their code nor the site-packages they lie in are needed: a model's environment can run the server, and a supervisor
starts in milliseconds. Runs on Python 3.8 and later.
"""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path


def _stand_in(package: str, folder: Path) -> None:
    module = types.ModuleType(package)
    module.__path__ = [str(folder)]
    sys.modules[package] = module


def main() -> None:
    """Stands in for the packages above and calls ``main(arguments)`` of the module that is named."""
    local = Path(__file__).resolve().parent
    _stand_in("oci_mlflow_plugin", local.parents[1])
    _stand_in("oci_mlflow_plugin.adapters", local.parents[0])
    _stand_in("oci_mlflow_plugin.adapters.local", local)
    module = importlib.import_module("oci_mlflow_plugin.adapters.local." + sys.argv[1])
    sys.exit(module.main(sys.argv[2:]))


if __name__ == "__main__":
    main()
