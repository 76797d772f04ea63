"""What the twin remembers: documents by kind and id, and bytes in files."""

from __future__ import annotations

import errno
import fcntl
import json
import shutil
import sqlite3
import tempfile
import threading
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL, UNIQUE (kind, id)
)
"""
_UPSERT = """
INSERT INTO documents (kind, id, document) VALUES (?, ?, ?)
ON CONFLICT (kind, id) DO UPDATE SET document = excluded.document
"""


def _locked(folder: Path) -> TextIO:
    """A lock on a folder, which its process holds until it closes the file or ends in whatever way."""
    file = (folder / "lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise BlockingIOError(errno.EAGAIN, "the folder is another running twin's", str(folder)) from None
    return file


class State:
    """Documents and blobs, below a folder that outlives the process, or in memory and a temporary folder.

    Documents are JSON objects; what is given and handed out is a copy, so a change counts once it is put. Their order
    is that of their first ``put``.

    Raises:
        BlockingIOError: Another process has its state in that folder.

    Attributes:
        folder: Where all of it is.
        blobs: A folder for bytes; files are moved into it, never copied.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._home = None if folder is None else _locked(folder)
        self._temporary = Path(tempfile.mkdtemp(prefix="oci-twin-")) if folder is None else None
        self.folder = folder or self._temporary or Path()
        self.blobs = self.folder / "blobs"
        self.blobs.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        where = ":memory:" if folder is None else str(self.folder / "state.sqlite")
        self._database = sqlite3.connect(where, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(_SCHEMA)

    def put(self, kind: str, id: str, doc: dict[str, Any]) -> None:  # noqa: A002 - the services call it so
        with self._lock:
            self._database.execute(_UPSERT, (kind, id, json.dumps(doc)))

    def get(self, kind: str, id: str) -> dict[str, Any] | None:  # noqa: A002 - the services call it so
        query = "SELECT document FROM documents WHERE kind = ? AND id = ?"
        with self._lock:
            row = self._database.execute(query, (kind, id)).fetchone()
        return None if row is None else json.loads(row[0])

    def all(self, kind: str) -> list[dict[str, Any]]:
        query = "SELECT document FROM documents WHERE kind = ? ORDER BY number"
        with self._lock:
            return [json.loads(row[0]) for row in self._database.execute(query, (kind,))]

    def delete(self, kind: str, id: str) -> None:  # noqa: A002 - the services call it so
        with self._lock:
            self._database.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, id))

    def rows(self) -> list[tuple[str, str, str]]:
        """Kind, id and JSON of every document, in order."""
        with self._lock:
            return self._database.execute("SELECT kind, id, document FROM documents ORDER BY number").fetchall()

    def put_rows(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Puts documents as `rows` gave them."""
        with self._lock:
            self._database.executemany(_UPSERT, rows)

    def new_blob(self) -> Path:
        """A path in ``blobs`` where nothing is yet."""
        return self.blobs / uuid.uuid4().hex

    def clear(self) -> None:
        """Forgets every document and every blob."""
        with self._lock:
            self._database.execute("DELETE FROM documents")
            for path in list(self.blobs.iterdir()):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def close(self) -> None:
        with self._lock:
            self._database.close()
        if self._home is not None:
            self._home.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
