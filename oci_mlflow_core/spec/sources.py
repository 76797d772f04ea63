"""Where each value came from: a line of the file, or an option that overrides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from oci_mlflow_core.errors import Violation

if TYPE_CHECKING:  # ruamel.yaml is imported where a file is read, and not before
    from oci_mlflow_core.spec.document import Document

#: Keys and list indices from the root of the file, as the file spells them.
Raw = tuple[str | int, ...]


def dotted(path: Raw) -> str:
    """``spec.runtime.spec.cmd.0``."""
    return ".".join(str(part) for part in path)


@attrs.define
class Sources:
    """The file, and the values that options put over it."""

    #: None where there is no file.
    document: Document | None
    #: Paths that an option set, and the path as the option was given.
    options: dict[Raw, str] = attrs.field(factory=dict)
    #: Paths whose option was given as text, so that it is typed by the field that it lands on.
    textual: set[Raw] = attrs.field(factory=set)

    def override(self, path: Raw, option: str, *, is_text: bool) -> None:
        """Notes that an option set what is at a path, and with it all that is below."""
        self.options = {known: name for known, name in self.options.items() if known[: len(path)] != path}
        self.textual = {known for known in self.textual if known[: len(path)] != path}
        self.options[path] = option
        if is_text:
            self.textual.add(path)

    def violation(self, path: Raw, message: str, *, key: bool = False) -> Violation:
        """A fault at a path, or at its key."""
        option = self._option(path)
        if option is not None:
            below = "" if option == path else dotted(path)
            return Violation(source=f"-C {self.options[option]}", path=below, message=message)
        line, column = self._position(path, key=key) or (None, None)
        source = self.document.source if self.document else ""
        return Violation(source=source, path=dotted(path), message=message, line=line, column=column)

    def place(self, path: Raw) -> str:
        """``deploy.yaml:14:19`` or ``-C spec.runtime.spec.env.NAME``."""
        option = self._option(path)
        if option is not None:
            return f"-C {self.options[option]}"
        found = self.violation(path, "")
        return found.source if found.line is None else f"{found.source}:{found.line}:{found.column}"

    def written(self, path: Raw) -> str | None:
        """The scalar as the file spells it; None where it came from elsewhere."""
        is_own = self.document is not None and self._option(path) is None
        return self.document.text(path) if is_own and self.document else None

    def _option(self, path: Raw) -> Raw | None:
        above = (path[:length] for length in range(len(path), 0, -1))
        found = next((prefix for prefix in above if prefix in self.options), None)
        if found is not None or (self.document is not None and self.document.position(path) is not None):
            return found
        return next((option for option in self.options if option[: len(path)] == path), None)

    def _position(self, path: Raw, *, key: bool) -> tuple[int, int] | None:
        """Of the path, or of the key of the nearest part above it that is there."""
        if self.document is None:
            return None
        place = self.document.position(path, key=key)
        above = (self.document.position(path[:length], key=True) for length in range(len(path) - 1, -1, -1))
        return place or next(position for position in above if position)
