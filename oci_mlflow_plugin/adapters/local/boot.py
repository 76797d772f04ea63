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

_LOCAL = "oci_mlflow_plugin.adapters.local"


def stand_in_for_packages() -> None:
    """Puts empty packages of the right names in place, below which this adapter's modules are found."""
    local = Path(__file__).resolve().parent
    packages = ("oci_mlflow_plugin", local.parents[1]), ("oci_mlflow_plugin.adapters", local.parent), (_LOCAL, local)
    for name, folder in packages:
        module = types.ModuleType(name)
        module.__path__ = [str(folder)]
        sys.modules[name] = module


def main() -> None:
    """Calls ``main(arguments)`` of the module that is named."""
    stand_in_for_packages()
    module = importlib.import_module(f"{_LOCAL}.{sys.argv[1]}")
    sys.exit(module.main(sys.argv[2:]))


if __name__ == "__main__":
    main()
