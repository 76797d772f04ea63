"""Packages for every platform, made from wheels of the package index."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

from oci_mlflow_builders.uv.pip_configuration import read_pip_configuration
from oci_mlflow_builders.uv.program import environment_for_uv, find_uv
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rig.channel.archives import write_package
from rig.channel.recipes import Recipe

#: What MLflow's own environments name, and small things beside it. Two of pip, because MLflow pins it from above.
WHEELS = (
    "pip==23.2.1",
    "pip==26.1",
    "setuptools==68.2.2",
    "wheel==0.41.3",
    "six==1.16.0",
    "colorama==0.4.6",
    "python-dateutil==2.9.0.post0",
)
#: What conda-forge's packages need beside what their metadata says.
_ALSO_NEEDS = {"pip": ("setuptools", "wheel")}


class WheelsError(Exception):
    """The wheels cannot be had."""


def write_wheels(wheels: Sequence[str], python: str, channel: Path, scratch: Path) -> None:
    """Writes one package for each; `python` is the full version that markers are evaluated for.

    Raises:
        WheelsError: The package index does not answer, or has no such wheel.
    """
    for wheel in wheels:
        root = scratch / wheel
        _install(wheel, root / "site-packages")
        write_package(_recipe(root, python), channel)


def _install(wheel: str, target: Path) -> None:
    program = find_uv()
    if program is None:
        raise WheelsError("the program 'uv' is not installed")
    done = subprocess.run(
        [
            *(str(program), "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-config"),
            *("--python", sys.executable, "--target", str(target), *_indexes(), wheel),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment_for_uv(os.environ),
    )
    if done.returncode != 0:
        raise WheelsError(f"the package index gives no wheel of {wheel}: {done.stderr.strip()[-300:]}")


def _indexes() -> Iterator[str]:
    """The indexes that pip was told, which uv does not read by itself."""
    pip = read_pip_configuration(os.environ)
    if pip.index_url:
        yield from ("--default-index", pip.index_url)
    for url in pip.extra_index_urls:
        yield from ("--index", url)
    # As pip does: the best of all of them.
    yield from ("--index-strategy", "unsafe-best-match")
    for place in pip.find_links:
        yield from ("--find-links", place)


def _recipe(root: Path, python: str) -> Recipe:
    site_packages = root / "site-packages"
    (info,) = site_packages.glob("*.dist-info")
    metadata = HeaderParser().parsestr((info / "METADATA").read_text(encoding="utf-8", errors="replace"))
    entry_points = _entry_points(info / "entry_points.txt")
    _make_condas(site_packages, info, [entry.partition(" = ")[0] for entry in entry_points])
    name = canonicalize_name(metadata["Name"])
    return Recipe(
        name=name,
        version=metadata["Version"],
        root=root,
        noarch="python",
        entry_points=tuple(entry_points),
        depends=(*_depends(metadata, python), *_ALSO_NEEDS.get(name, ())),
    )


def _depends(metadata: Message, python: str) -> Iterator[str]:
    yield f"python {metadata.get('Requires-Python', '')}".replace(", ", ",").strip()
    environment = {"extra": "", "python_full_version": python, "python_version": re.sub(r"\.\d+$", "", python)}
    for line in metadata.get_all("Requires-Dist") or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate(environment):
            yield f"{canonicalize_name(needed.name)} {needed.specifier}".strip()


def _entry_points(file: Path) -> list[str]:
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # commands keep their case
    parser.read(file, encoding="utf-8")
    sections = [section for section in ("console_scripts", "gui_scripts") if parser.has_section(section)]
    return [f"{name} = {target}" for section in sections for name, target in parser.items(section)]


def _make_condas(site_packages: Path, info: Path, commands: Sequence[str]) -> None:
    """Makes it look as conda-build leaves it, with a list of files that pip can uninstall it by."""
    for leftover in (site_packages / "bin", site_packages / ".lock"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
    (info / "INSTALLER").write_text("conda\n", encoding="utf-8")
    (info / "REQUESTED").touch()
    files = sorted(path.relative_to(site_packages).as_posix() for path in site_packages.rglob("*") if path.is_file())
    scripts = [f"../../../bin/{command}" for command in commands]
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in [*scripts, *files]), encoding="utf-8")
