"""Packs as files: writing them reproducibly and fast, and laying them out again safely.

Layout of a pack, the same as conda-pack's: the prefix at the archive's root, with ``bin/python``, ``bin/activate``,
``bin/conda-unpack`` and ``conda-meta/``; this project's own files lie in ``share/oci-mlflow``.
"""

from oci_mlflow_builders.archive.extraction import extract_pack, extract_tar
from oci_mlflow_builders.archive.packer import TarPacker
from oci_mlflow_builders.archive.unpacking import unpack

__all__ = ["TarPacker", "extract_pack", "extract_tar", "unpack"]
