"""Packs are the same bytes on processors with other vector instructions."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import isal
import oci_mlflow_builders
import pytest
from oci_mlflow_builders.archive.compression import compress
from rig.needed import lacking

_QEMU = shutil.which("qemu-x86_64-static") or shutil.which("qemu-x86_64")
_CODE = """
import hashlib, sys
sys.path[:0] = sys.argv[2:]
from oci_mlflow_builders.archive.compression import compress
print(hashlib.sha256(compress(open(sys.argv[1], "rb").read()).data).hexdigest())
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the processors are of the x86-64 kind")
@pytest.mark.parametrize("processor", ["Nehalem", "Haswell"])
def test_older_processors_compress_to_the_same_bytes(processor: str) -> None:
    if _QEMU is None:
        lacking("qemu-user-static is not installed")
    sample = Path(isal.__file__).parent
    library = next(path for path in sorted(sample.glob("*.so")))
    places = {str(Path(module.__file__).parents[1]) for module in (isal, oci_mlflow_builders) if module.__file__}
    places |= {path for path in sys.path if path}
    program = str(Path(sys.executable).resolve())
    command = [_QEMU, "-cpu", processor, program, "-B", "-c", _CODE, str(library), *sorted(places)]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == hashlib.sha256(compress(library.read_bytes()).data).hexdigest()
