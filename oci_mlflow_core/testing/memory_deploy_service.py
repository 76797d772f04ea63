"""A deploy service in memory, whose deployments turn out as a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone

import attrs

from oci_mlflow_core.errors import ConflictError, DeploymentError, NoSuchDeploymentError, UnavailableError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import Answer, CatalogModel, Deployment, FieldChange, LifecycleState, Observation
from oci_mlflow_core.model.routes import predict_route
from oci_mlflow_core.ports.deploy_service import (
    DeploymentLifecycle,
    DeployService,
    DesiredDeployment,
    ModelCatalog,
    ModelRegistration,
    Predictor,
)
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.testing.ordered_deployment import OrderedDeployment, Outcome

__all__ = ["MemoryCatalog", "MemoryDeployService", "MemoryLifecycle", "MemoryPredictor", "OrderedDeployment", "Outcome"]

_UPDATABLE = {LifecycleState.ACTIVE, LifecycleState.INACTIVE, LifecycleState.NEEDS_ATTENTION}
_URL = "https://memory.invalid/"
_BEGINNING = datetime(2024, 1, 1, tzinfo=timezone.utc)


def _route(desired: DesiredDeployment) -> str:
    endpoints = desired.container.custom_http_endpoints if desired.container else None
    return predict_route((each.endpoint_uri_suffix or "", each.http_methods or ()) for each in endpoints or ())


def _echo(_deployment: Deployment, body: bytes) -> Answer:
    return Answer(status=200, body=body)


@attrs.define
class MemoryDeployService(DeployService):
    """Holds what its three roles share.

    A test says what happens: `outcomes` are taken by the orders to come, one each (then orders succeed); an error in
    `refusals` is raised, once, by the next call of that name.
    """

    outcomes: list[Outcome] = attrs.field(factory=list)
    #: Errors by ``register``, ``delete_model``, ``check``, ``create``, ``update``, ``deactivate``, ``activate``,
    #: ``delete`` or ``predict``; raised before anything is done, the first one first.
    refusals: dict[str, list[DeploymentError]] = attrs.field(factory=dict)
    #: What a deployment answers to a body.
    answers: Callable[[Deployment, bytes], Answer] = _echo
    #: Every change that was made, in order: (name as in `refusals`, OCID of what it was about).
    calls: list[tuple[str, str]] = attrs.field(factory=list)
    #: The OCID or URL of each prediction that was asked for.
    asked: list[str] = attrs.field(factory=list)
    models: dict[str, CatalogModel] = attrs.field(factory=dict)
    #: The zips of the models, by OCID.
    artifacts: dict[str, bytes] = attrs.field(factory=dict)
    deployments: dict[str, OrderedDeployment] = attrs.field(factory=dict)
    _made: int = attrs.field(default=0, init=False)

    @property
    def catalog(self) -> MemoryCatalog:
        return MemoryCatalog(self)

    @property
    def lifecycle(self) -> MemoryLifecycle:
        return MemoryLifecycle(self)

    @property
    def predictor(self) -> MemoryPredictor:
        return MemoryPredictor(self)

    def kill(self, deployment_id: str, *log_tail: str) -> None:
        """The deployment's server dies."""
        entry = self.deployments[deployment_id]
        entry.deployment = attrs.evolve(
            entry.deployment, state=LifecycleState.FAILED, lifecycle_details="the server was killed", log_tail=log_tail
        )

    def refuse(self, name: str) -> None:
        """Raises what a test wants the call of that name to raise."""
        if self.refusals.get(name):
            raise self.refusals[name].pop(0)

    def number(self) -> int:
        """Another one each time, from 1."""
        self._made += 1
        return self._made

    def entry(self, deployment_id: str) -> OrderedDeployment:
        """The deployment.

        Raises:
            NoSuchDeploymentError: There is none.
        """
        if deployment_id not in self.deployments:
            raise NoSuchDeploymentError(f"there is no deployment {deployment_id}")
        return self.deployments[deployment_id]


@attrs.frozen
class MemoryCatalog(ModelCatalog):
    """The models of a `MemoryDeployService`."""

    service: MemoryDeployService

    def register(self, registration: ModelRegistration, artifact: RuntimeArtifact, step: Step) -> CatalogModel:
        """See `ModelCatalog.register`."""
        self.service.refuse("register")
        with artifact.open() as stream:
            content = stream.read()
        step.moved(len(content), artifact.size)
        model_id = f"ocid1.datasciencemodel.oc1.memory.{self.service.number():060}"
        model = CatalogModel(
            id=model_id, display_name=registration.display_name, freeform_tags=registration.freeform_tags
        )
        self.service.models[model_id], self.service.artifacts[model_id] = model, content
        self.service.calls.append(("register", model_id))
        return model

    def find(self, freeform_tags: dict[str, str]) -> tuple[CatalogModel, ...]:
        """See `ModelCatalog.find`."""
        models = self.service.models.values()
        return tuple(model for model in models if freeform_tags.items() <= model.freeform_tags.items())

    def delete(self, model_id: str) -> None:
        """See `ModelCatalog.delete`."""
        self.service.refuse("delete_model")
        for entry in self.service.deployments.values():
            served = {entry.desired.model_id, entry.deployment.model_id}
            if model_id in served and entry.deployment.state is not LifecycleState.FAILED:
                raise ConflictError(f"the model {model_id} is served by the deployment {entry.deployment.id}")
        self.service.artifacts.pop(model_id, None)
        if self.service.models.pop(model_id, None) is not None:
            self.service.calls.append(("delete_model", model_id))


@attrs.frozen
class MemoryLifecycle(DeploymentLifecycle):
    """The deployments of a `MemoryDeployService`."""

    service: MemoryDeployService

    def check(self, desired_name: str) -> None:  # noqa: ARG002 - nothing here depends on it
        """See `DeploymentLifecycle.check`."""
        self.service.refuse("check")

    def create(self, desired: DesiredDeployment) -> Deployment:
        """See `DeploymentLifecycle.create`."""
        self.service.refuse("create")
        for entry in self.service.deployments.values():
            if desired.retry_token and entry.retry_token == desired.retry_token:
                return entry.deployment
        number = self.service.number()
        deployment_id = f"ocid1.datasciencemodeldeployment.oc1.memory.{number:060}"
        deployment = Deployment(
            id=deployment_id,
            name=desired.name,
            state=LifecycleState.CREATING,
            url=f"{_URL}{deployment_id}",
            predict_route=_route(desired),
            model_id=desired.model_id,
            time_created=(_BEGINNING + timedelta(seconds=number)).isoformat(),
            freeform_tags=desired.freeform_tags,
        )
        ordered = OrderedDeployment(deployment, desired, self._outcome(), retry_token=desired.retry_token)
        self.service.deployments[deployment_id] = ordered
        self.service.calls.append(("create", deployment_id))
        return deployment

    def get(self, deployment_id: str) -> Deployment:
        """See `DeploymentLifecycle.get`."""
        return self.service.entry(deployment_id).deployment

    def describe(self, deployment_id: str) -> DesiredDeployment:
        """See `DeploymentLifecycle.describe`."""
        return self.service.entry(deployment_id).desired

    def list(self) -> Iterable[Deployment]:
        """See `DeploymentLifecycle.list`."""
        return [entry.deployment for entry in reversed(self.service.deployments.values())]

    def update(self, deployment_id: str, desired: DesiredDeployment, changes: tuple[FieldChange, ...]) -> Deployment:  # noqa: ARG002 - this service takes the whole
        """See `DeploymentLifecycle.update`."""
        self.service.refuse("update")
        entry = self.service.entry(deployment_id)
        state = entry.deployment.state
        if state not in _UPDATABLE:
            raise ConflictError(f"deployment '{entry.deployment.name}' is {state} and cannot be updated now")
        aim = LifecycleState.INACTIVE if state is LifecycleState.INACTIVE else LifecycleState.ACTIVE
        entry.desired = desired
        entry.takes(self._outcome(), aim)
        self.service.calls.append(("update", deployment_id))
        return entry.deployment

    def observe(self, deployment_id: str) -> Observation:
        """See `DeploymentLifecycle.observe`."""
        entry = self.service.entry(deployment_id)
        entry.look()
        activity = "" if entry.deployment.state.is_settled else "loading the model"
        return Observation(deployment=entry.deployment, activity=activity, succeeded=entry.succeeded)

    def delete(self, deployment_id: str, step: Step) -> None:
        """See `DeploymentLifecycle.delete`."""
        self.service.refuse("delete")
        step.says("stopping the server")
        if self.service.deployments.pop(deployment_id, None) is not None:
            self.service.calls.append(("delete", deployment_id))

    def deactivate(self, deployment_id: str) -> Deployment:
        """See `DeploymentLifecycle.deactivate`."""
        return self._switch("deactivate", deployment_id, LifecycleState.INACTIVE)

    def activate(self, deployment_id: str) -> Deployment:
        """See `DeploymentLifecycle.activate`."""
        return self._switch("activate", deployment_id, LifecycleState.ACTIVE)

    def _switch(self, order: str, deployment_id: str, aim: LifecycleState) -> Deployment:
        self.service.refuse(order)
        entry = self.service.entry(deployment_id)
        state = entry.deployment.state
        if state not in _UPDATABLE:
            raise ConflictError(f"deployment '{entry.deployment.name}' is {state} and cannot be {order}d now")
        if state is aim:
            return entry.deployment
        entry.takes(self._outcome(), aim)
        self.service.calls.append((order, deployment_id))
        return entry.deployment

    def _outcome(self) -> Outcome:
        return self.service.outcomes.pop(0) if self.service.outcomes else Outcome()


@attrs.frozen
class MemoryPredictor(Predictor):
    """Answers of the deployments of a `MemoryDeployService`."""

    service: MemoryDeployService

    def predict(self, deployment: str, body: bytes, content_type: str = "application/json") -> Answer:  # noqa: ARG002 - answers do not depend on it
        """See `Predictor.predict`."""
        self.service.refuse("predict")
        self.service.asked.append(deployment)
        entry = self.service.entry(deployment.removeprefix(_URL).partition("/")[0])
        if not entry.deployment.state.serves:
            raise UnavailableError(f"deployment {deployment} is {entry.deployment.state}")
        return self.service.answers(entry.deployment, body)
