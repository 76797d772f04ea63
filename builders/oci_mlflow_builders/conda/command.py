"""Running the program, shielded from what is not of this build."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import attrs

from oci_mlflow_builders.commands import Finished, run
from oci_mlflow_builders.conda.program import Conda
from oci_mlflow_builders.disk import tells_of_full_disk
from oci_mlflow_builders.growth import growth_told
from oci_mlflow_core.errors import BuildError, OutOfSpaceError
from oci_mlflow_core.ports.progress_sink import Step

NAME = "conda"
#: An activated environment and the user's settings would change what is installed, and where.
_DROPPED = re.compile(
    r"_?CONDA_.*|_?CE_(M|CONDA)|CONDARC|MAMBA_.*|MAMBARC|PYTHON.*|VIRTUAL_ENV|XDG_(CONFIG|CACHE|DATA)_HOME"
)
#: What keeps conda and mamba from asking, from looking for news, and from noting the environment anywhere.
_SETTINGS = {
    "CONDA_ALWAYS_YES": "true",
    "CONDA_AUTO_UPDATE_CONDA": "false",
    "CONDA_NOTIFY_OUTDATED_CONDA": "false",
    "CONDA_NUMBER_CHANNEL_NOTICES": "0",
    "CONDA_REGISTER_ENVS": "false",
    "CONDA_REPORT_ERRORS": "false",
    "CONDA_SHORTCUTS": "false",
    "MAMBA_NO_RC": "true",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@attrs.frozen(kw_only=True)
class Shield:
    """The folder in which the program may leave what it wants, and the variables that tell it so."""

    folder: Path
    caller: Mapping[str, str] = attrs.field(repr=False)

    @property
    def packages(self) -> Path:
        """Where it extracts packages."""
        return self.folder / "pkgs"

    def environment(self) -> dict[str, str]:
        """All variables that the program sees: proxies and certificates are the caller's."""
        kept = {name: value for name, value in self.caller.items() if not _DROPPED.fullmatch(name)}
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        return {**kept, **_SETTINGS, "HOME": str(home), "CONDA_PKGS_DIRS": str(self.packages)}


def create(conda: Conda, prefix: Path, explicit: Path, shield: Shield, step: Step) -> None:
    """Has the program lay out the packages of the explicit file in the new folder `prefix`.

    Raises:
        BuildError: It failed.
        OutOfSpaceError: It found the disk full.
    """
    step.says(f"installing with {conda}")
    environment = shield.environment()
    if conda.is_standalone:
        environment["MAMBA_ROOT_PREFIX"] = str(shield.folder / "root")
    arguments = ["create", "--yes", "--prefix", str(prefix), "--file", str(explicit)]
    if conda.kind == "conda":
        arguments.append("--no-default-packages")
    with growth_told(prefix, step):
        finished = run([str(conda.path), *arguments], environment=environment, folder=shield.folder, on_line=step.says)
    if not finished.succeeded:
        raise _failure(conda, finished, shield.folder)


def _failure(conda: Conda, finished: Finished, folder: Path) -> Exception:
    if tells_of_full_disk(f"{finished.output}\n{finished.errors}"):
        return OutOfSpaceError(folder, "building the environment")
    reason = f"{conda} ended with status {finished.status}"
    return BuildError(builder=NAME, stage="build", reason=reason, log_tail=finished.tail)
