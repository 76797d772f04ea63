"""Unpacking a pack into an environment that is ready for use."""

from __future__ import annotations

import os
from pathlib import Path

from oci_mlflow_builders.archive.extraction import extract_pack
from oci_mlflow_builders.commands import run
from oci_mlflow_builders.disk import tells_of_full_disk
from oci_mlflow_core.errors import OutOfSpaceError, PackCorruptError
from oci_mlflow_core.ports.progress_sink import Step


def unpack(pack: Path, to: Path, step: Step) -> None:
    """Lays the pack out in the empty folder `to` and has its ``bin/conda-unpack``, where it has one, put `to` into it.

    Raises:
        PackCorruptError: The pack is damaged, or its ``conda-unpack`` failed.
        OutOfSpaceError: The disk is full.
        FileExistsError: The folder is not empty.
    """
    extract_pack(pack, to, step)
    script = to / "bin" / "conda-unpack"
    if not script.is_file():
        return
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    finished = run([str(to / "bin" / "python"), str(script)], environment=environment, folder=to)
    if tells_of_full_disk(finished.errors):
        raise OutOfSpaceError(to, "unpacking the environment")
    if not finished.succeeded:
        last = finished.tail[-1] if finished.tail else f"status {finished.status}"
        raise PackCorruptError(str(pack), f"its bin/conda-unpack failed: {last}")
