"""Copying large files beside the calls, so that no call waits for it."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from oci_twin.runtime.port import Failed, Pending, Progress, Ready

#: Bytes that are copied at once, while the caller waits.
_SMALL = 16 << 20
_CHUNK = 1 << 20


class Copying:
    """Makes `target` have the bytes of `source`, and takes their digest.

    Attributes:
        md5: The digest, once `progress` says that it is ready.
    """

    def __init__(self, source: Path, target: Path) -> None:
        self.target = target
        self.md5 = b""
        # held from now on, so that the bytes stay whatever happens to the object's name
        self._source = source.open("rb")
        self._size = os.fstat(self._source.fileno()).st_size
        self._problem: str | None = None
        self._thread: threading.Thread | None = None
        if self._size <= _SMALL:
            self._copy()
        else:
            self._thread = threading.Thread(target=self._copy, daemon=True)
            self._thread.start()

    def progress(self) -> Progress:
        if self._thread is not None and self._thread.is_alive():
            copied = self.target.stat().st_size if self.target.exists() else 0
            return Pending(99 * copied / max(self._size, 1))
        return Ready(None) if self._problem is None else Failed(self._problem)

    def _copy(self) -> None:
        digest = hashlib.md5(usedforsecurity=False)
        try:
            with self._source, self.target.open("xb") as target:
                while chunk := self._source.read(_CHUNK):
                    target.write(chunk)
                    digest.update(chunk)
        except OSError as error:
            self._problem = f"The artifact could not be copied: {error}"
        self.md5 = digest.digest()
