"""A channel in which nothing is as its index says."""

from __future__ import annotations

from pathlib import Path

from rig.channel.archives import write_package
from rig.channel.index import write_index
from rig.channel.recipes import Recipe

#: Where an archive's first header has the time (ZIP file format, 4.3.7).
_TIME = 10


def write_faulty(channel: Path, scratch: Path) -> None:
    """Writes ``altered``, whose bytes are not those that were hashed, and ``vanished``, whose file is not there."""
    archives = {name: write_package(_recipe(name, scratch), channel) for name in ("altered", "vanished")}
    write_index(channel)
    data = bytearray(archives["altered"].read_bytes())
    # The time in the first header: it can still be unpacked, so that its hash alone tells.
    data[_TIME] ^= 1
    archives["altered"].write_bytes(data)
    archives["vanished"].unlink()


def _recipe(name: str, scratch: Path) -> Recipe:
    root = scratch / name
    (root / "share").mkdir(parents=True)
    (root / "share" / f"{name}.txt").write_text(f"the content of {name}\n", encoding="utf-8")
    return Recipe(name=name, version="1.0", root=root)
