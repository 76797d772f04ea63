"""What the control plane needs of the rest of the twin."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import attrs

from oci_twin.clock import TwinClock
from oci_twin.data_science.behaviour import Behaviour, EditRules
from oci_twin.data_science.compute_shapes import SHAPES, Shape
from oci_twin.runtime.port import Runtime
from oci_twin.state import State


class Buckets(Protocol):
    """The twin's Object Storage, as the catalog uses it."""

    @abstractmethod
    def read(self, namespace: str, bucket: str, name: str) -> Path | None:
        """The file of an object's bytes; None where there is no such namespace, bucket or object."""
        ...

    @abstractmethod
    def write(self, namespace: str, bucket: str, name: str, content: Path) -> bool:
        """Puts a copy of a file there as an object; says false where there is no such namespace or bucket."""
        ...


@attrs.frozen(kw_only=True)
class Surroundings:
    """Everything that the control plane asks somebody else for."""

    state: State
    clock: TwinClock
    runtime: Runtime
    buckets: Buckets
    tenancy_id: str
    #: Where the twin answers, without a trailing slash; asked late, because the port is known late.
    url: Callable[[], str]
    compartment_exists: Callable[[str], bool]
    #: Whether there is a log (second) in a log group (first).
    log_exists: Callable[[str, str], bool]
    #: Servers of images, by reference.
    images: Mapping[str, str] = attrs.field(factory=dict)
    #: Seconds that an operation takes, by the type of its work request; 0 ends it at the second look.
    durations: Mapping[str, float] = attrs.field(factory=dict)
    shapes: tuple[Shape, ...] = SHAPES
    edit_rules: EditRules = "strict"
    behaviour: Behaviour = attrs.field(factory=Behaviour)
