"""The folder that holds all state of this machine, and where things lie in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import attrs

from oci_mlflow_core.errors import InvalidRequestError, OutOfSpaceError
from oci_mlflow_plugin.adapters.home.disk_space import is_full

#: The environment variable that names another home folder.
HOME_VARIABLE = "OCI_MLFLOW_HOME"


def default_home(environ: Mapping[str, str]) -> Path:
    """The absolute path that ``OCI_MLFLOW_HOME`` gives, else the platform's folder for application data of a user.

    An empty variable counts as none; ``~`` is the user's home directory. Nothing is made.
    """
    chosen = environ.get(HOME_VARIABLE, "").strip()
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_dir  # noqa: PLC0415 - only needed without the variable, and slow to import

    return Path(user_data_dir("oci-mlflow", appauthor=False))


@attrs.frozen
class Home:
    """The home folder; its properties are paths, and nothing exists before `make` was asked for it."""

    root: Path

    @property
    def buckets(self) -> Path:
        """What ``oci://`` means on this machine: ``<namespace>/<bucket>/<path>``."""
        return self.root / "buckets"

    @property
    def models(self) -> Path:
        """The model catalog of this machine."""
        return self.root / "models"

    @property
    def deployments(self) -> Path:
        """The deployments of this machine."""
        return self.root / "deployments"

    @property
    def environments(self) -> Path:
        """Packs that were unpacked to be served from."""
        return self.root / "cache" / "environments"

    @property
    def packs(self) -> Path:
        """Packs that were built here, by the digest of their locks."""
        return self.root / "cache" / "packs"

    @property
    def kept_locks(self) -> Path:
        """Locks of environments, by the digest of their requests."""
        return self.root / "cache" / "locks"

    @property
    def journal(self) -> Path:
        """What commands meant to make."""
        return self.root / "journal"

    @property
    def work(self) -> Path:
        """Temporary folders of running commands."""
        return self.root / "work"

    @property
    def locks(self) -> Path:
        """Lock files of running commands."""
        return self.root / "locks"

    def make(self, folder: Path) -> Path:
        """Makes `folder`, the root or something below it, for this user alone (mode 0700), and returns it.

        Raises:
            InvalidRequestError: The home cannot be written to, or something that is no folder is in the way.
            OutOfSpaceError: The disk is full.
        """
        missing = [self.root, *(self.root.joinpath(*parts) for parts in _prefixes(folder.relative_to(self.root).parts))]
        try:
            self.root.parent.mkdir(parents=True, exist_ok=True)
            for each in missing:
                each.mkdir(mode=0o700, exist_ok=True)
        except OSError as fault:
            if is_full(fault):
                raise OutOfSpaceError(self.root, f"making {folder}") from fault
            raise self._unusable(folder, fault.strerror or str(fault)) from fault
        if not os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            raise self._unusable(folder, "Permission denied")
        return folder

    def names_in(self, folder: Path) -> list[str]:
        """The names in `folder`, the root or something below it, in no order; none where it is not there.

        Raises:
            InvalidRequestError: This user may not read it, or it is no folder.
        """
        try:
            return os.listdir(folder)  # noqa: PTH208 - names are all that is needed
        except FileNotFoundError:
            return []
        except OSError as fault:
            raise InvalidRequestError(
                f"cannot read {folder}: {fault.strerror}",
                f"Let {HOME_VARIABLE} name a folder that you may read and write; it is {self.root} now.",
            ) from fault

    def _unusable(self, folder: Path, reason: str) -> InvalidRequestError:
        return InvalidRequestError(
            f"cannot keep state in {folder}: {reason}",
            f"Let {HOME_VARIABLE} name a folder that you may write to; it is {self.root} now.",
        )


def _prefixes(parts: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [parts[: length + 1] for length in range(len(parts))]
