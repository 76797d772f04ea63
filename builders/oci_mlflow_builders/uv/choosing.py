"""Which Python an environment gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from oci_mlflow_builders.pythons.asked import AskedPython, Fit
from oci_mlflow_builders.pythons.discovery import PYTHON_VARIABLE, Survey, found_places, managed_places, named_places
from oci_mlflow_builders.pythons.interpreter import Interpreter
from oci_mlflow_builders.uv.program import Uv
from oci_mlflow_builders.uv.standalone import Download, download_python, folder_of_pythons


class NoPythonError(Exception):
    """No Python of an asked version is here, and none could be downloaded."""

    def __init__(self, asked: AskedPython, seen: tuple[Interpreter, ...], download: Download) -> None:
        found = ", ".join(sorted(f"{one.version} ({one.executable})" for one in seen)) or "none"
        super().__init__(
            f"no Python {asked} is on this machine, and uv's own was not taken because {download.value}; found: {found}"
        )
        self.hint = (
            f"Install Python {asked.minors[0]}, or let {PYTHON_VARIABLE} name one, "
            f"or let uv download it where the network allows: uv python install {asked.minors[0]}"
        )


@attrs.define
class PythonChoice:
    """Looks for Pythons in the order in which they are preferred."""

    _uv: Uv
    _survey: Survey = attrs.field(factory=Survey)

    def choose(self, asked: AskedPython) -> Interpreter:
        """The Python that fits best.

        First what `OCI_MLFLOW_PYTHON` names, in any patch version. Then one of exactly the asked version: a standalone
        one, downloaded where that is possible, or else any that is installed. Then one of the same minor version, in
        the same order.

        Raises:
            NoPythonError: There is none.
        """
        named = self._first(asked, self._named(), Fit.SAME_MINOR)
        exact = named or self._first(asked, self._managed(asked), Fit.EXACT)
        if exact is not None:
            return exact
        download = download_python(self._uv, asked.text)
        if download is Download.INSTALLED and (chosen := self._first(asked, self._managed(asked), Fit.EXACT)):
            return chosen
        if chosen := self._first(asked, self._found(asked), Fit.EXACT):
            return chosen
        if download is Download.NO_SUCH_VERSION:
            download = download_python(self._uv, asked.minors[0])
        near = self._first(asked, self._managed(asked), Fit.SAME_MINOR)
        chosen = near or self._first(asked, self._found(asked), Fit.SAME_MINOR)
        if chosen is None:
            raise NoPythonError(asked, self._survey.seen, download)
        return chosen

    def candidates(self, version: str) -> Iterator[Interpreter]:
        """All Pythons of this machine that are exactly of this version."""
        asked = AskedPython.parse(version)
        for interpreters in (self._named(), self._managed(asked), self._found(asked)):
            yield from (one for one in interpreters if one.version == version)

    def _first(self, asked: AskedPython, interpreters: Iterator[Interpreter], at_worst: Fit) -> Interpreter | None:
        return next((one for one in interpreters if asked.fit(one.version) <= at_worst), None)

    def _named(self) -> Iterator[Interpreter]:
        return self._survey.interpreters(named_places(self._uv.caller))

    def _managed(self, asked: AskedPython) -> Iterator[Interpreter]:
        folder: Path | None = folder_of_pythons(self._uv)
        managed = self._survey.interpreters(managed_places(folder, asked.minors))
        return (attrs.evolve(one, standalone=True) for one in managed)

    def _found(self, asked: AskedPython) -> Iterator[Interpreter]:
        return self._survey.interpreters(found_places(self._uv.caller, asked.minors))
