"""What conda-pack makes of the same prefix, and what this project does, are the same once they are unpacked."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import conda_pack
from integration.builders.conda_prefix.installing import differing, snapshot, unpack
from oci_mlflow_builders.conda_prefix.settling import settle

#: Both have their own of these; what uv notes of its cache, and the hash of a script that is rewritten, stay as they
#: are in conda-pack's. It gives scripts "/usr/bin/env python" for their Python.
_OWN = re.compile(
    r"bin/(activate(\.fish)?|deactivate|conda-unpack|conda_unpack_progress\.py)|conda-meta/.*|CACHEDIR\.TAG"
    r"|.*\.pyc|.*/tiny-1\.0\.dist-info/(RECORD|uv_cache\.json)"
)


def _content(prefix: Path) -> dict[str, tuple[str, bytes]]:
    def of(data: bytes) -> bytes:
        without_head = re.sub(rb"\A#!/bin/sh\n'''exec' .*\n' '''\n", b"", data)
        return re.sub(rb"\A#!/usr/bin/env python.*\n", b"", without_head)

    found = snapshot(prefix)
    return {name: (mode, of(data)) for name, (mode, data) in found.items() if not _OWN.fullmatch(name)}


def test_they_agree_about_every_file(prefix: Path, tmp_path: Path) -> None:
    pack, there = tmp_path / "pack.tar", tmp_path / "unpacked"
    environment = conda_pack.CondaEnv.from_prefix(str(prefix), on_missing_cache="raise")
    environment.pack(output=str(pack), format="tar")
    there.mkdir()
    subprocess.run(["/bin/tar", "-xf", str(pack), "-C", str(there)], check=True)
    subprocess.run([sys.executable, str(there / "bin" / "conda-unpack")], check=True, capture_output=True)
    by_conda_pack = _content(there)
    shutil.rmtree(there)

    settle(prefix)
    prefix.rename(there)
    unpack(there)

    assert differing(_content(there), by_conda_pack) == []
    assert f"root={there}\n".encode() in by_conda_pack["etc/prefixprobe.conf"][1]
    assert f"{there}/sbin\0".encode() in by_conda_pack["bin/prefixprobe"][1]
