"""The files that make a prefix a pack: ``bin/activate``, ``bin/conda-unpack`` and ``conda-meta``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from oci_mlflow_builders.conda_prefix.pack_files import write_pack_files
from oci_mlflow_builders.conda_prefix.placeholders import Placed
from oci_mlflow_builders.pythons.machine_paths import PLACEHOLDER


def add_pack_files(prefix: Path, with_placeholder: Iterable[PurePosixPath]) -> None:
    """Writes them.

    Args:
        prefix: The environment.
        with_placeholder: Its files that hold `PLACEHOLDER`, relative to it.
    """
    write_pack_files(prefix, [Placed(str(name), PLACEHOLDER) for name in with_placeholder])
    # conda, and tools that look for environments as conda does, know a prefix by this file.
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta" / "history").write_text("", encoding="utf-8")
