from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_NOBODY = 65534


@pytest.fixture
def public_tmp() -> Iterator[Path]:
    """A temporary folder that every user may enter; pytest's own is for one user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        for path in (Path(folder), *Path(folder).rglob("*")):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)


@pytest.fixture
def drop_root_powers() -> Iterator[Callable[[], None]]:
    """Lets the file system treat the rest of the test as an ordinary user's, whoever runs it."""
    user = os.geteuid()
    yield lambda: os.seteuid(_NOBODY if user == 0 else user)
    os.seteuid(user)


@pytest.fixture
def give() -> Callable[[Path], None]:
    """Makes a folder and all below it belong to the user that the test goes on as."""

    def change(folder: Path) -> None:
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.lchown(path, _NOBODY, -1)

    return change
