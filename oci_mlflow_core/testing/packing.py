"""Packs in files, for tests that look at what a packer wrote."""

from __future__ import annotations

from pathlib import Path

from oci_mlflow_core.model.pack import BuiltPrefix, PackFile, PackManifest
from oci_mlflow_core.ports.env_builder import EnvPacker
from oci_mlflow_core.ports.progress_sink import Step


def packed_file(packer: EnvPacker, built: BuiltPrefix, manifest: PackManifest, to: Path, step: Step) -> PackFile:
    """Packs the prefix into the new file `to`."""
    with to.open("wb") as stream:
        packed = packer.pack(built, stream, step)
    return PackFile(path=to, sha256=packed.sha256, size=packed.size, manifest=manifest, lock=built.lock)
