"""The files that make a prefix a pack: ``bin/activate``, ``bin/conda-unpack`` and ``conda-meta``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path, PurePosixPath

from oci_mlflow_builders.pythons.machine_paths import PLACEHOLDER

_ACTIVATE = PurePosixPath("bin/activate")


def add_pack_files(prefix: Path, with_placeholder: Iterable[PurePosixPath]) -> None:
    """Writes them.

    Args:
        prefix: The environment.
        with_placeholder: Its files that hold `PLACEHOLDER`, relative to it.
    """
    templates = files("oci_mlflow_builders.uv") / "templates"
    activate = (templates / "activate.in").read_text(encoding="utf-8").replace("@PLACEHOLDER@", PLACEHOLDER)
    (prefix / _ACTIVATE).write_text(activate, encoding="utf-8")
    names = sorted(str(name) for name in (*with_placeholder, _ACTIVATE))
    listing = "".join(f"    {name!r},\n" for name in names)
    unpack = (templates / "conda-unpack.in").read_text(encoding="utf-8")
    script = prefix / "bin" / "conda-unpack"
    script.write_text(
        unpack.replace("@PLACEHOLDER@", PLACEHOLDER).replace("@FILES@", f"(\n{listing})"), encoding="utf-8"
    )
    script.chmod(0o755)
    # conda, and tools that look for environments as conda does, know a prefix by this file.
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta" / "history").write_text("", encoding="utf-8")
