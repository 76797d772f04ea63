"""What one reading of the deployment file finds out: what was said where, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from oci_mlflow_core.errors import Violation
from oci_mlflow_core.spec import surrogates
from oci_mlflow_core.spec.scalars import quoted
from oci_mlflow_core.spec.sources import Raw, Sources, dotted
from oci_mlflow_core.spec.substitution import substituted
from oci_mlflow_core.spec.unknown import unknown_key
from oci_mlflow_core.spec.values import Limit


@attrs.frozen
class At:
    """A place in the file: its path with the keys' own names, and with the keys as they are written."""

    canonical: Raw = ()
    raw: Raw = ()

    def below(self, name: str | int, written: str | int | None = None) -> At:
        """The place of a key or item of what stands here."""
        return At((*self.canonical, name), (*self.raw, name if written is None else written))

    def __str__(self) -> str:
        return dotted(self.canonical)


@attrs.define
class Findings:
    """One reading: what is wrong, what is noted, and what was mentioned."""

    sources: Sources
    #: For ``${NAME}``.
    environ: Mapping[str, str]
    #: What relative paths are relative to.
    folder: Path
    violations: list[Violation] = attrs.field(factory=list)
    notes: list[str] = attrs.field(factory=list)
    #: Dotted path of all that is mentioned, to its path as written.
    mentioned: dict[str, Raw] = attrs.field(factory=dict)
    #: Dotted paths of what is given as null.
    resets: set[str] = attrs.field(factory=set)
    #: Dotted path of what was made from environment variables, to their names.
    from_environment: dict[str, tuple[str, ...]] = attrs.field(factory=dict)

    def fault(self, at: At, message: str, *, key: bool = False) -> None:
        """Adds a violation by the value at a place, or by its key."""
        self.violations.append(self.sources.violation(at.raw, message, key=key))

    def fault_of_key(self, at: At, name: str, known: Sequence[str]) -> None:
        """Adds a violation by a key that the mapping at a place does not know."""
        self.fault(at.below(name), unknown_key(name, known, here=f"'{at}'"), key=True)

    def note(self, at: At, message: str) -> None:
        """Adds a note about a key."""
        self.notes.append(str(self.sources.violation(at.raw, message, key=True)))

    def quote(self, path: str, value: object) -> str:
        """A value as a message may show it: never what came from the environment."""
        return quoted(value, self.from_environment.get(path, ()))

    def substituted(self, value: object, at: At) -> tuple[object, bool]:
        """The value with the environment in it (None after a fault), and whether the field has to type its text."""
        if not isinstance(value, str):
            return value, False
        result = substituted(value, self.environ)
        half = surrogates.fault_of(result.text)
        faults = (*result.faults, half) if half else result.faults
        for fault in faults:
            self.fault(at, fault)
        if result.names:
            self.from_environment[str(at)] = result.names
        is_textual = bool(result.names) or at.raw in self.sources.textual
        return (None if faults else result.text), is_textual

    def allowed(self, limit: Limit | None, value: object, at: At) -> bool:
        """Whether a value is within its limit; a violation is added where it is not."""
        if limit is None or limit.allows(value):
            return True
        is_own = str(at) not in self.from_environment
        placeholder = limit.placeholder(value) if is_own else None
        if placeholder:
            self.fault(at, f"still holds the template's placeholder '{placeholder}'; put {limit.expected} there")
        else:
            got = str(len(value)) if isinstance(value, dict | tuple) else self.quote(str(at), value)
            self.fault(at, f"expected {limit.expected_of(value)}, got {got}")
        return False
