"""What a build prints: told while it goes on, and kept for the error that may follow."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import attrs

from oci_mlflow_builders.commands import TAIL
from oci_mlflow_builders.redaction import redact
from oci_mlflow_core.ports.progress_sink import Step


@attrs.define
class Output:
    """The lines of one build, credentials masked.

    Args:
        step: Told each line.
        secrets: Values that no line may show.
    """

    _step: Step
    _secrets: tuple[str, ...] = attrs.field(repr=False)
    _last: deque[str] = attrs.field(factory=lambda: deque(maxlen=TAIL))

    def take(self, pieces: Iterable[bytes]) -> None:
        """Reads to the end."""
        for line in _lines(pieces):
            shown = redact(line, self._secrets).rstrip()
            if shown.strip():
                self._last.append(shown)
                self._step.says(shown.strip())

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines, without empty ones."""
        return tuple(self._last)


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Whole lines; what is drawn over itself with carriage returns counts as lines, too."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).replace(b"\r", b"\n").split(b"\n")
        yield from (line.decode(errors="replace") for line in whole)
    yield rest.decode(errors="replace")
