"""Console scripts that find the Python beside them, wherever the pack lies."""

from __future__ import annotations

import os
from pathlib import Path

from oci_mlflow_builders.conda_prefix.scripts import ScriptHeads
from oci_mlflow_builders.uv.records import replacing


def make_relocatable(prefix: Path) -> frozenset[Path]:
    """Rewrites the scripts in ``bin`` that name the prefix's own Python; returns those that were changed."""
    heads = ScriptHeads(sorted({os.fsencode(str(home)) for home in (prefix, prefix.resolve())}))
    return frozenset(path for path in sorted((prefix / "bin").iterdir()) if _rewrite(path, heads))


def _rewrite(path: Path, heads: ScriptHeads) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as stream:
        if stream.read(2) != b"#!":
            return False
    script = heads.relocatable(path.read_bytes())
    if script is None:
        return False
    mode = path.stat().st_mode
    replacing(path).write_bytes(script)
    path.chmod(mode & 0o777)
    return True
