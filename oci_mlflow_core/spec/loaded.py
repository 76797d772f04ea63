"""A deployment file as it was read."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from oci_mlflow_core.errors import Violation
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.scalars import quoted
from oci_mlflow_core.spec.sources import Raw, Sources


@attrs.frozen(kw_only=True)
class LoadedSpec:
    """What a deployment file and the options over it say, and where they say it.

    All paths are dotted from the root of the file and spelled with the keys' own names, such as
    ``spec.infrastructure.spec.shapeConfigDetails.ocpus``, whatever spelling the file uses; list items are numbered.
    """

    spec: DeploymentSpec
    #: What the user should know and that is no fault, such as keys without a use, each with its place.
    notes: tuple[str, ...]
    #: All keys that are given, null ones included.
    mentioned: frozenset[str]
    #: Those that are given as null, which asks for OCI's default. In `spec` they are None, as if not mentioned; a null
    #: entry of a mapping such as ``env`` is left out of it. A null section or ``spec`` asks for nothing.
    resets: frozenset[str]
    #: What was made from environment variables, to their names; such values must not be printed.
    from_environment: Mapping[str, tuple[str, ...]] = attrs.field(hash=False)
    _written: Mapping[str, Raw] = attrs.field(alias="written", repr=False, hash=False)
    _sources: Sources = attrs.field(alias="sources", repr=False, hash=False)

    def where(self, path: str) -> str:
        """``deploy.yaml:14:19`` or ``-C spec.runtime.spec.env.NAME``: where the value at a dotted path was given.

        For a path that was not given it is where the nearest mapping above it begins.
        """
        return self._sources.place(self._raw(path))

    def quote(self, path: str, value: object) -> str:
        """A value as a message may show it: what came from the environment is told by its name alone."""
        return quoted(value, self.from_environment.get(path, ()))

    def violation(self, path: str, message: str) -> Violation:
        """A fault of the value at a dotted path that was found after the file was read."""
        return self._sources.violation(self._raw(path), message)

    def _raw(self, path: str) -> Raw:
        known = self._written.get(path)
        if known is not None:
            return known
        above, _, last = path.rpartition(".")
        return (*self._raw(above), last) if above else (last,)
