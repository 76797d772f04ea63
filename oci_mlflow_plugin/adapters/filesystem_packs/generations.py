"""How a pack and what lies beside it appear, change and go in one step.

Publishing makes a *generation*: a hidden folder ``.<name>.<random>`` beside the pack's path that gets the pack and all
its side files. When the last of them is on disk, a symbolic link at the pack's own path is made to lead to the pack in
there. That is the one step by which it is published; replacing a pack renames a new link over the old one.
Both are atomic, so:

- Before the step nothing of the generation can be reached: whoever is killed leaves a hidden folder and no pack.
- After it everything is there: whoever is killed leaves a whole pack, and perhaps the replaced generation.
- A reader resolves the link once and reads all files of one generation. Where that one is replaced and removed
  meanwhile, the reader finds a file missing and the link changed, and starts again.
- Of two publishers at once without ``overwrite``, making the link succeeds for one and tells the other that
  something is there; with it the last rename wins, whole.

A publisher has a claim (`oci_mlflow_plugin.adapters.home.flock`) on the sha256 file of its generation until it is done.
A generation without claim that the link does not lead to is rubbish, and is removed by whoever looks at
the location next. The order matters there: the claim is taken first and the link read afterwards, for a publisher
changes the link while it has the claim, and never later. The sha256 file is the first file of a generation and the last
to be removed, so that a folder without it is empty, and removing it cannot hit anything.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from oci_mlflow_plugin.adapters.filesystem_packs.folders import make_folder, remove_empty_folders
from oci_mlflow_plugin.adapters.filesystem_packs.places import PackFiles
from oci_mlflow_plugin.adapters.home.atomic import sync_folder
from oci_mlflow_plugin.adapters.home.flock import claim
from oci_mlflow_plugin.adapters.home.layout import Home


@attrs.frozen
class Generation:
    """A generation that this process is making."""

    #: The path at which the pack is going to be published.
    path: Path
    folder: Path
    #: Open and claimed, empty; the text of the sha256 file is written through it.
    sha256_descriptor: int

    @property
    def files(self) -> PackFiles:
        """Where its files are to be put."""
        return PackFiles(self.folder / self.path.name)

    def commit(self, *, overwrite: bool) -> bool:
        """Publishes it; says whether that could be done, which without `overwrite` only works where nothing is."""
        sync_folder(self.folder)
        target = Path(self.folder.name, self.path.name)
        if overwrite:
            link = self.folder / "link"
            link.symlink_to(target)
            link.replace(self.path)
        else:
            try:
                self.path.symlink_to(target)
            except FileExistsError:
                return False
        sync_folder(self.path.parent)
        return True


@contextmanager
def new_generation(home: Home, path: Path) -> Iterator[Generation]:
    """Makes a generation for the pack at `path`; what was not committed when the context ends is removed."""
    generation = _claimed_folder(home, path)
    try:
        yield generation
    finally:
        try:
            if current_folder(path) != generation.folder:
                _remove(generation.folder, generation.files.sha256)
                remove_empty_folders(home, path.parent)
        finally:
            os.close(generation.sha256_descriptor)


def current_files(path: Path) -> PackFiles | None:
    """The files of what is published at `path` now, or None; a pack that was put there by hand is its own folder."""
    folder = current_folder(path)
    if folder is not None:
        return PackFiles(folder / path.name)
    return PackFiles(path) if os.path.lexists(path) else None


def current_folder(path: Path) -> Path | None:
    """The generation that the link at `path` leads to; None where there is no link, or not one of ours."""
    try:
        target = path.readlink()
    except OSError:
        return None
    return path.with_name(target.parts[0]) if _is_link_of(path.name, target) else None


def remove_rubbish(path: Path) -> None:
    """Removes the generations for `path` that nothing leads to and nobody is making, and what lay beside a file there.

    Where the pack is in a generation, side files beside the link are those of a file that it replaced.
    """
    try:
        names = os.listdir(path.parent)  # noqa: PTH208 - names are all that is needed
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        if _is_generation_of(path.name, name) and current_folder(path) != path.with_name(name):
            _remove_unclaimed(path, path.with_name(name))
    for beside in PackFiles(path).beside:
        if beside.name in names and current_folder(path):
            beside.unlink(missing_ok=True)


def _claimed_folder(home: Home, path: Path) -> Generation:
    while True:
        make_folder(home, path.parent)
        folder = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        # Until it is claimed, others may take the folder for rubbish, and the one above it for empty.
        with suppress(FileNotFoundError):
            folder.mkdir(mode=0o700)
            try:
                descriptor = claim(PackFiles(folder / path.name).sha256)
            except BaseException:
                with suppress(OSError):
                    folder.rmdir()
                raise
            if descriptor is not None:
                return Generation(path, folder, descriptor)


def _remove_unclaimed(path: Path, folder: Path) -> None:
    claimed = PackFiles(folder / path.name).sha256
    try:
        descriptor = claim(claimed, create=False)
    except FileNotFoundError:
        # Just made, or all but removed: empty in both cases, and its maker makes another.
        with suppress(OSError):
            folder.rmdir()
        return
    if descriptor is not None:
        try:
            if current_folder(path) != folder:
                _remove(folder, claimed)
        finally:
            os.close(descriptor)


def _remove(folder: Path, claimed: Path) -> None:
    for path in folder.iterdir():
        if path != claimed:
            path.unlink()
    # Without the file that is claimed, the folder is anybody's: nothing else may be in it then.
    claimed.unlink()
    with suppress(FileNotFoundError):
        folder.rmdir()


def _is_link_of(name: str, target: Path) -> bool:
    return len(target.parts) == 2 and _is_generation_of(name, target.parts[0]) and target.parts[1] == name  # noqa: PLR2004 - folder and file


def _is_generation_of(name: str, folder: str) -> bool:
    return re.fullmatch(rf"\.{re.escape(name)}\.[0-9a-f]{{16}}", folder) is not None
