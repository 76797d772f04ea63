"""Where in a body a value stands, and how strictly the body is read."""

from __future__ import annotations

import attrs


@attrs.frozen
class Where:
    """The place of a value."""

    path: str = ""
    #: OCI's documentation does not say what happens to fields that it does not know.
    refuse_unknown: bool = True

    def at(self, key: str | int) -> Where:
        """The place of a member."""
        inner = f"{self.path}[{key}]" if isinstance(key, int) else f"{self.path}.{key}".lstrip(".")
        return attrs.evolve(self, path=inner)

    def __str__(self) -> str:
        return self.path or "The body"
