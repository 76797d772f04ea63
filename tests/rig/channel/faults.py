"""What a channel's server may do wrong."""

from __future__ import annotations

import enum
import fnmatch
import threading

import attrs


class Fault(enum.Enum):
    """What happens to a request instead of a right answer."""

    NOT_FOUND = 404
    UNAVAILABLE = 503
    #: The head and half of the body are sent, then the connection is closed.
    CUT = "cut"
    #: The whole is sent with one byte in its middle changed.
    ALTERED = "altered"


@attrs.define
class _Armed:
    pattern: str
    fault: Fault
    left: int | None


@attrs.define
class Faults:
    """Faults that wait for a request of theirs; safe for threads."""

    _armed: list[_Armed] = attrs.field(factory=list)
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def arm(self, pattern: str, fault: Fault, times: int | None = None) -> None:
        """Lets GETs of matching paths (`fnmatch`, of the path or of the file's name) fail; always, or so many times."""
        with self._lock:
            self._armed.append(_Armed(pattern, fault, times))

    def clear(self) -> None:
        """Everything is answered rightly again."""
        with self._lock:
            self._armed.clear()

    def take(self, path: str) -> Fault | None:
        """The fault for a request of the path, which counts it."""
        name = path.rpartition("/")[2]
        with self._lock:
            for armed in self._armed:
                matches = fnmatch.fnmatch(path, armed.pattern) or fnmatch.fnmatch(name, armed.pattern)
                if matches and armed.left != 0:
                    armed.left = None if armed.left is None else armed.left - 1
                    return armed.fault
        return None
