"""Wheels that are made in a millisecond, and installed like any other."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from oci_mlflow_core.model.environment import ShippedWheel


def make_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    files: Mapping[str, str] | None = None,
    requires: tuple[str, ...] = (),
    extras: tuple[str, ...] = (),
    scripts: Mapping[str, str] | None = None,
) -> Path:
    """Writes a pure wheel into the folder.

    Args:
        folder: Made where it is not there.
        name: Of the distribution, and of its only module unless `files` are given.
        version: Of the distribution; the module says it in ``__version__``.
        files: Text by path in site-packages.
        requires: Requirements of it.
        extras: Names of its extras, which `requires` may have markers for.
        scripts: Console scripts: ``module:function`` by name.
    """
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    content = dict(files if files is not None else {f"{module}.py": f"__version__ = {version!r}\n"})
    needs = "".join(f"Requires-Dist: {requirement}\n" for requirement in requires)
    needs += "".join(f"Provides-Extra: {extra}\n" for extra in extras)
    content[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"
    content[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    if scripts:
        entries = "".join(f"{script} = {target}\n" for script, target in scripts.items())
        content[f"{info}/entry_points.txt"] = f"[console_scripts]\n{entries}"
    content[f"{info}/RECORD"] = _record(content, info)
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in content.items():
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), text)
    return wheel


def shipped(wheel: Path) -> ShippedWheel:
    """The wheel as one that lies in a model."""
    return ShippedWheel(path=str(wheel), filename=wheel.name, sha256=sha256_of(wheel))


def sha256_of(file: Path) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _record(content: Mapping[str, str], info: str) -> str:
    lines = [f"{path},sha256={_urlsafe(text)},{len(text.encode())}" for path, text in content.items()]
    return "\n".join([*lines, f"{info}/RECORD,,", ""])


def _urlsafe(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
