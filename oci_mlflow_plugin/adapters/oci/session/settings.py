"""The environment variables that say who calls OCI and where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

AUTH = "OCI_MLFLOW_AUTH"
CONFIG_FILE = "OCI_MLFLOW_CONFIG_FILE"
PROFILE = "OCI_MLFLOW_PROFILE"
REGION = "OCI_MLFLOW_REGION"
COMPARTMENT = "OCI_MLFLOW_COMPARTMENT_ID"
PROJECT = "OCI_MLFLOW_PROJECT_ID"


@attrs.frozen
class Settings:
    """An environment; a variable that is set to nothing counts as not set."""

    environ: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """The variable's value without blanks around it, or None."""
        return self.environ.get(name, "").strip() or None

    def first(self, *names: str) -> tuple[str, str] | None:
        """The first of the variables that is set, and its value."""
        for name in names:
            value = self.get(name)
            if value is not None:
                return name, value
        return None

    def path(self, name: str) -> Path | None:
        """The variable's value as a path, ``~`` expanded, or None."""
        value = self.get(name)
        return None if value is None else self.expanded(value)

    def expanded(self, path: str) -> Path:
        """The path with ``~`` taken from this environment's HOME where it has one."""
        home = self.get("HOME")
        if home and (path == "~" or path.startswith("~/")):
            return Path(home) / path[2:]
        return Path(path).expanduser()
