"""What a rule between several values of the deployment file is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from oci_mlflow_core.spec.deployment import DeploymentSpec

INFRASTRUCTURE = "spec.infrastructure.spec"
RUNTIME = "spec.runtime.spec"


@attrs.frozen(kw_only=True)
class Told:
    """What the file says: a field that was faulty is None in `spec`, and still mentioned."""

    spec: DeploymentSpec
    #: Dotted paths, with the keys' own names.
    mentioned: frozenset[str]
    #: Shows the value at a dotted path in a message; what came from the environment is not shown.
    quote: Callable[[str, object], str]


@attrs.frozen
class Complaint:
    """A rule that is broken: by the value at a dotted path, and how."""

    path: str
    message: str


Rule = Callable[[Told], Iterator[Complaint]]
