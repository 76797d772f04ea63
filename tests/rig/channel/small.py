"""Packages of a few bytes, each for one thing that installations and solvers have to get right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from rig.channel.archives import write_package
from rig.channel.recipes import MADE, Recipe, placeholder

_YEAR = 365 * 24 * 3600
_GREETER = """\
import sys

__version__ = "1.0"


def main():
    print("greetings from", sys.prefix)
"""
_SCRIPT = """\
#!{prefix}/bin/python
import greeter

greeter.main()
"""


@attrs.frozen
class _Small:
    recipe: Recipe
    files: Mapping[str, str]


def write_small(channel: Path, scratch: Path) -> None:
    """Writes those of the main channel: ``greeter``, ``clash-*``, ``aged``, ``needs-*``, ``old-format``."""
    _write(channel, [_greeter(scratch), *_clashing(scratch), *_aged(scratch), *_needing(scratch)])
    old = _plain("old-format", scratch)
    _write(channel, [attrs.evolve(old, recipe=attrs.evolve(old.recipe, bzip2=True))])


def write_extras(channel: Path, scratch: Path) -> None:
    """Writes those of a second channel: ``extra``, and a version of ``clash-core`` that the main one does not have."""
    _write(channel, [_plain("extra", scratch), _plain("clash-core", scratch, version="3.0")])


def _write(channel: Path, packages: list[_Small]) -> None:
    for small in packages:
        for name, text in small.files.items():
            file = small.recipe.root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            file.chmod(0o755 if text.startswith("#!") else 0o644)
        write_package(small.recipe, channel)


def _plain(name: str, scratch: Path, *, version: str = "1.0", depends: tuple[str, ...] = ()) -> _Small:
    recipe = Recipe(name=name, version=version, root=scratch / f"{name}-{version}", depends=depends)
    return _Small(recipe, {f"share/{name}/version.txt": f"{version}\n"})


def _greeter(scratch: Path) -> _Small:
    """A command by entry point, and a script whose first line holds the prefix."""
    recipe = Recipe(
        name="greeter",
        version="1.0",
        root=scratch / "greeter",
        noarch="python",
        depends=("python >=3.8",),
        entry_points=("greet = greeter:main",),
    )
    info = "site-packages/greeter-1.0.dist-info"
    files = {
        "site-packages/greeter/__init__.py": _GREETER,
        f"{info}/INSTALLER": "conda\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: greeter\nVersion: 1.0\n",
        f"{info}/RECORD": f"greeter/__init__.py,,\n{info}/INSTALLER,,\n{info}/METADATA,,\n{info}/RECORD,,\n",
        "python-scripts/greet-script": _SCRIPT.format(prefix=placeholder("greeter")),
    }
    return _Small(recipe, files)


def _clashing(scratch: Path) -> Iterator[_Small]:
    """Of ``clash-left`` and ``clash-right`` one can be installed; ``clash-top`` needs the left by way of a third."""
    yield _plain("clash-core", scratch, version="1.0")
    yield _plain("clash-core", scratch, version="2.0")
    yield _plain("clash-left", scratch, depends=("clash-core <2",))
    yield _plain("clash-right", scratch, depends=("clash-core >=2",))
    yield _plain("clash-top", scratch, depends=("clash-left",))


def _aged(scratch: Path) -> Iterator[_Small]:
    """Two versions that were made two years apart: 2023-11-14 and 2025-11-13."""
    yield _plain("aged", scratch, version="1.0")
    later = _plain("aged", scratch, version="2.0")
    yield attrs.evolve(later, recipe=attrs.evolve(later.recipe, made=MADE + 2 * _YEAR))


def _needing(scratch: Path) -> Iterator[_Small]:
    """What depends on the machine that it is for."""
    yield _plain("needs-cuda", scratch, depends=("__cuda >=12",))
    yield _plain("needs-future-glibc", scratch, depends=("__glibc >=99",))
