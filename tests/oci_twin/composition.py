"""Every service, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from attrs import field, frozen

from oci_twin.data_plane.limits import PredictLimits
from oci_twin.data_plane.service import DataPlane
from oci_twin.data_science import operations
from oci_twin.data_science.behaviour import Behaviour, EditRules
from oci_twin.data_science.service import DataScience, data_science
from oci_twin.data_science.surroundings import Surroundings
from oci_twin.http.routing import Routes
from oci_twin.http.scripting import Scripting
from oci_twin.identity.service import Identity
from oci_twin.limits.service import Limits
from oci_twin.logging.catalogue import LOG, LogCatalogue
from oci_twin.logging.search import LogSearch
from oci_twin.object_storage import service as object_storage
from oci_twin.parts import Parts
from oci_twin.runtime.none import NoRuntime
from oci_twin.runtime.port import Runtime
from oci_twin.runtime.real import START_SECONDS, RealRuntime

RuntimeKind = Literal["real", "none"]


@frozen(kw_only=True)
class Choices:
    """What a twin may be told.

    Attributes:
        runtime: Whether deployments are served by processes of this machine, or not at all.
        images: URLs of running servers, by the references of the images that each stands for.
        registry: URL of the registry that stands for OCIR.
        engine: `DOCKER_HOST` of the engine that runs its images.
        start_seconds: How long a container may take to become healthy.
        limits: Of predictions.
        durations: Seconds that an operation takes, by the type of its work request; none unless given.
        behaviour: What the control plane does where OCI's documentation does not say.
    """

    edit_rules: EditRules = "strict"
    runtime: RuntimeKind = "real"
    images: Mapping[str, str] = field(factory=dict)
    registry: str | None = None
    engine: str | None = None
    start_seconds: float = START_SECONDS
    limits: PredictLimits = field(factory=PredictLimits)
    durations: Mapping[str, float] = field(factory=dict)
    behaviour: Behaviour = field(factory=Behaviour)


@frozen
class Services:
    """The services of one twin."""

    parts: Parts
    runtime: Runtime
    data_science: DataScience
    data_plane: DataPlane

    def begin(self) -> None:
        """Makes what a twin starts with, unless it is there."""
        begun = self.parts.begun
        self.parts.begin()
        self.data_science.begin(begun.project_id, begun.compartment_id, begun.user_id)

    def routes(self) -> Routes:
        parts = self.parts
        routes = Routes()
        for some in (
            Scripting(parts.faults, parts.clock).routes(),
            object_storage.routes(parts.store),
            operations.routes(self.data_science),
            self.data_plane.routes(),
            Identity(parts.begun).routes(),
            LogCatalogue(parts.state).routes(),
            LogSearch(parts.state, parts.logs).routes(),
            Limits(parts.begun, parts.quotas).routes(),
        ):
            routes.extend(some)
        return routes


def services(parts: Parts, choices: Choices, url: Callable[[], str]) -> Services:
    """The services over the parts that they share.

    Args:
        url: Where the twin answers; asked when it is needed, because the port is known late.
    """
    runtime = _runtime(parts, choices)
    control_plane = data_science(_surroundings(parts, choices, runtime, url))
    plane = DataPlane(
        AnsweringDeployments(parts, control_plane),
        parts.clock,
        parts.logs.append,
        limits=choices.limits,
        without_runtime=choices.runtime == "none",
    )
    return Services(parts, runtime, control_plane, plane)


@frozen
class AnsweringDeployments:
    """The control plane as the data plane sees it."""

    parts: Parts
    control_plane: DataScience

    def document(self, deployment_id: str) -> Mapping[str, Any] | None:
        with self.parts.lock:
            found = self.control_plane.answering(deployment_id)
        return None if found is None else found.details

    def server_url(self, deployment_id: str) -> str | None:
        with self.parts.lock:
            found = self.control_plane.answering(deployment_id)
        return None if found is None else found.server_url


def _runtime(parts: Parts, choices: Choices) -> Runtime:
    if choices.runtime == "none":
        return NoRuntime()
    return RealRuntime(
        parts.state.folder / "runtime",
        find_object=parts.store.read,
        append_log=parts.logs.append,
        now=parts.clock.now,
        images=choices.images,
        registry=choices.registry,
        engine=choices.engine,
        start_seconds=choices.start_seconds,
    )


def _surroundings(parts: Parts, choices: Choices, runtime: Runtime, url: Callable[[], str]) -> Surroundings:
    begun = parts.begun

    def log_exists(group: str, log: str) -> bool:
        found = parts.state.get(LOG, log)
        return found is not None and found["logGroupId"] == group

    return Surroundings(
        state=parts.state,
        clock=parts.clock,
        runtime=runtime,
        buckets=parts.store,
        tenancy_id=begun.tenancy_id,
        url=url,
        compartment_exists=lambda compartment: compartment in (begun.compartment_id, begun.tenancy_id),
        log_exists=log_exists,
        images=choices.images,
        durations=choices.durations,
        edit_rules=choices.edit_rules,
        behaviour=choices.behaviour,
    )
