"""Taking the paths of the machine that a Python comes from out of its files."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from oci_mlflow_builders.conda_prefix.placeholders import OWN
from oci_mlflow_builders.pythons.interpreter import Interpreter

#: Stands in text files for the folder that a pack is unpacked to, until ``bin/conda-unpack`` puts the real one there.
PLACEHOLDER = OWN
#: Folders that every machine has, and that many texts mention without meaning this one installation.
_EVERYWHERE = frozenset({"/", "/usr", "/usr/local"})
#: Where a prefix such as ``/usr`` does mean the installation: in the data of ``sysconfig``.
_CONFIGURATION = re.compile(r"_sysconfigdata_.*\.py|Makefile")
_BELOW_SYSTEM = r"(?=/(?:include|lib|share|local|bin/python)|['\"\s:]|$)"


def without_machine_paths(target: PurePosixPath, data: bytes, interpreter: Interpreter) -> bytes:
    """The file's bytes with `PLACEHOLDER` for the interpreter's own folders; in a binary, with a path to nowhere."""
    prefix = str(interpreter.prefix)
    if b"\0" in data:
        return data if prefix in _EVERYWHERE else _without_parent(data, prefix)
    if _CONFIGURATION.fullmatch(target.name) and interpreter.built_in:
        data = data.replace(interpreter.built_in.encode(), f"{PLACEHOLDER}/build".encode())
    if prefix not in _EVERYWHERE:
        return data.replace(prefix.encode(), PLACEHOLDER.encode())
    if _CONFIGURATION.fullmatch(target.name):
        pattern = rf"(?<![\w./-]){re.escape(prefix)}{_BELOW_SYSTEM}".encode()
        return re.sub(pattern, PLACEHOLDER.encode(), data, flags=re.MULTILINE)
    return data


def _without_parent(binary: bytes, prefix: str) -> bytes:
    """The binary with the folder that the prefix lies in replaced by one of equal length that is nowhere.

    The last part of the prefix stays: linkers keep a string that ends another one only once, so that the ``3.11.7`` of
    ``~/.pyenv/versions/3.11.7`` may be the program's only copy of its version.
    """
    parent, _, last = prefix.encode().rpartition(b"/")
    nowhere = (b"/" + b"nowhere-" * len(parent))[: len(parent)]
    return binary.replace(parent + b"/" + last, nowhere + b"/" + last)
