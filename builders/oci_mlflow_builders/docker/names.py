"""Names that engines, images and containers know this builder by."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

NAME: Final = "docker"
#: Where everything of a build lies in its container; a folder that every user of an image may write to is around it.
HOME: Final = PurePosixPath("/tmp/oci-mlflow")  # noqa: S108 - in a container of its own
PREFIX: Final = HOME / "prefix"
PACKAGES: Final = HOME / "packages"
WHEELS: Final = HOME / "wheels"
#: On each container of this builder; the value says which process it works for.
OWNER_LABEL: Final = "oci-mlflow-plugin.owner"
