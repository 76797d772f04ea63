"""From a model version to a model in the catalog: the part that create and update have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import attrs

from oci_mlflow_core.errors import ArtifactError, InvalidRequestError
from oci_mlflow_core.model.artifact import FetchedModel, ModelFacts, ModelVersion, RuntimeArtifact, RuntimeDescription
from oci_mlflow_core.model.deployment import ARTIFACT_TAG, CatalogModel
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.image import ImageReference
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.pack import BuiltPrefix, ObjectLocation, PackFile
from oci_mlflow_core.planning.catalog_entry import registration
from oci_mlflow_core.planning.containers import with_image
from oci_mlflow_core.planning.desired import model_tags
from oci_mlflow_core.planning.image_steps import BuildImage, CheckImage, UseImage
from oci_mlflow_core.planning.naming import model_display_name, pack_manifest, pack_version
from oci_mlflow_core.planning.plan import BuildPack, FetchModel, LockEnvironment, RegisterModel, UsePack
from oci_mlflow_core.ports.deploy_service import ModelRegistration
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, ImageBuild
from oci_mlflow_core.usecases.beside_step import BesideStep
from oci_mlflow_core.usecases.environment import (
    EnvironmentDraft,
    check_published,
    draft_environment,
    expected_location,
    runtime_description,
)
from oci_mlflow_core.usecases.environment_lock import LockOrder, keep_lock, make_lock
from oci_mlflow_core.usecases.image_draft import ImageDraft, draft_image
from oci_mlflow_core.usecases.image_making import ImageMaking
from oci_mlflow_core.usecases.image_use import draft_image_use, take_check
from oci_mlflow_core.usecases.leftovers import take_back_model
from oci_mlflow_core.usecases.pack_publishing import PackOrder, PackSource, keep_copy, publish_pack
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.sizes import told_size
from oci_mlflow_core.usecases.undo import UndoLog

PipelineStep = FetchModel | LockEnvironment | BuildPack | UsePack | CheckImage | BuildImage | UseImage | RegisterModel


@attrs.frozen(kw_only=True)
class ModelDraft:
    """What was found out about a model that is to be served, and the steps that follow from it."""

    facts: ModelFacts
    #: None for a container, whose image brings it.
    environment: EnvironmentDraft | None
    #: None where no image is made.
    image: ImageDraft | None = None
    #: What was found out about an image that the user has.
    image_notes: tuple[str, ...] = ()
    steps: tuple[PipelineStep, ...]
    loaded: LoadedSpec

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know."""
        draft = self.environment or self.image
        return (*(draft.notes if draft else ()), *self.image_notes)

    @property
    def score_code(self) -> Path | None:
        """The user's own score.py."""
        runtime = self.loaded.spec.runtime
        return runtime.score_code if isinstance(runtime, CondaRuntime) else None

    def expected_tags(self, run_id: str) -> dict[str, str]:
        """The tags of a deployment that serves it, before the pack is there: the pack's stands for one as long."""
        pack = expected_location(self.environment) if self.environment else None
        image = self.image.expected_or_alike if self.image else None
        return model_tags(self.facts, run_id, pack=pack, score_code=self.score_code, image=image)


def draft_model(ports: Ports, version: ModelVersion, loaded: LoadedSpec, options: CommandOptions) -> ModelDraft:
    """Finds out what has to be done to serve a model; reads only.

    Raises:
        ArtifactError: The model's files cannot be read, or it cannot be served.
        InvalidRequestError: The target does not run it as the file asks.
    """
    in_container = isinstance(loaded.spec.runtime, ContainerRuntime)
    if in_container and not ports.service_descriptor.runs_containers:
        raise InvalidRequestError(
            f"{loaded.where('spec.runtime.type')}: spec.runtime.type: "
            f"the target {ports.target} does not run container images",
            "Use the conda runtime here: 'type: conda'.",
        )
    facts = ports.source.inspect(version)
    makes_image = isinstance(loaded.spec.runtime, ContainerRuntime) and isinstance(
        loaded.spec.runtime.image, ImageBuild
    )
    if not (facts.is_pyfunc or (in_container and not makes_image)):
        raise ArtifactError(
            version.uri,
            f"the model has no python_function flavor (it has: {', '.join(facts.flavors)}), so it cannot be served",
            "Log it with a flavor that adds python_function, or wrap it in an mlflow.pyfunc.PythonModel.",
        )
    fetch, register = FetchModel(version=facts.version), RegisterModel(display_name=model_display_name(facts.version))
    runtime = loaded.spec.runtime
    if not isinstance(runtime, ContainerRuntime):
        environment = draft_environment(ports, facts, loaded, options)
        return ModelDraft(
            facts=facts, environment=environment, steps=(fetch, *environment.steps, register), loaded=loaded
        )
    if isinstance(runtime.image, ImageBuild):
        image = draft_image(ports, facts, runtime, loaded, options)
        steps = (fetch, *image.steps, register)
        return ModelDraft(facts=facts, environment=None, image=image, steps=steps, loaded=loaded)
    use = draft_image_use(ports, runtime, loaded.spec.infrastructure, loaded)
    return ModelDraft(
        facts=facts, environment=None, steps=(*use.steps, fetch, register), loaded=loaded, image_notes=use.notes
    )


@attrs.define
class ModelPipeline:
    """Takes the steps of a `ModelDraft`, one after the other, in a workspace."""

    ports: Ports
    draft: ModelDraft
    workspace: Path
    undo: UndoLog
    fetched: FetchedModel | None = attrs.field(default=None, init=False)
    lock: Lock | None = attrs.field(default=None, init=False)
    pack: ObjectLocation | None = attrs.field(default=None, init=False)
    runtime: RuntimeDescription | None = attrs.field(default=None, init=False)
    #: The image that was made or found.
    image: ImageReference | None = attrs.field(default=None, init=False)
    model: CatalogModel | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        if self.draft.environment or self.draft.image:
            self.lock = self._environment.lock

    def take(self, planned: PipelineStep, step: Step) -> None:
        """Takes one step."""
        match planned:
            case FetchModel():
                self._fetch(step)
            case LockEnvironment():
                self._lock(planned, step)
            case BuildPack():
                self._build(planned, step)
            case UsePack():
                self._use(planned, step)
            case CheckImage():
                take_check(self.ports, planned, step)
            case BuildImage():
                self._make_image(step)
            case UseImage():
                self.image = self.draft.image.found if self.draft.image else None
                step.done(planned.reason)
            case RegisterModel():
                self._register(planned, step)

    @property
    def own_tags(self) -> dict[str, str]:
        """The tags of what is made from this model in this run."""
        draft = self.draft
        return model_tags(draft.facts, self.undo.run_id, pack=self.pack, score_code=draft.score_code, image=self.image)

    def container(self, desired: ContainerRuntime | None) -> ContainerRuntime | None:
        """The container that runs the model: with the image that was made, where one was."""
        if desired is None or self.image is None or self.draft.image is None:
            return desired
        return with_image(desired, self.image, self.draft.image.port)

    def _fetch(self, step: Step) -> None:
        folder = self.workspace / "model"
        folder.mkdir()
        self.fetched = self.ports.source.fetch(self.draft.facts.version, folder, step)
        step.done(self.draft.facts.version.pinned_uri)

    def _lock(self, planned: LockEnvironment, step: Step) -> None:
        environment = self._environment
        folder = self.workspace / "lock"
        folder.mkdir()
        order = LockOrder(
            choice=_there(environment.choice),
            request=self._located(planned.request),
            destination=environment.destination,
        )
        self.lock = make_lock(self.ports, order, folder, step)

    def _build(self, planned: BuildPack, step: Step) -> None:
        lock, environment = _there(self.lock), self._environment
        location = environment.location(lock)
        with self.ports.cache.building(lock.digest, step):
            if check_published(self.ports, environment, lock) is not None:
                step.done(f"nothing to build: {location} is published")
                self._keep(location, lock, step)
            else:
                stored = publish_pack(self.ports, self._order(planned, lock), self._source(lock, step), step)
                step.done(f"{location}, {told_size(stored.size)}")
                self._tell_copy(location)
        if environment.lock is not None and not environment.lock_given:
            keep_lock(self.ports, _there(environment.destination), _there(environment.request), lock)
        self._settle(location, lock.python.version)

    def _order(self, planned: BuildPack, lock: Lock) -> PackOrder:
        environment = self._environment
        location = environment.location(lock)
        version, gpu = pack_version(environment.build.version, lock), bool(environment.build.gpu)
        return PackOrder(
            location=location,
            manifest=pack_manifest(location, environment.name, lock, version=version, gpu=gpu),
            lock=lock,
            overwrite=planned.overwrite,
            keep=environment.copy_of(location),
        )

    def _source(self, lock: Lock, step: Step) -> PackSource:
        request, model = self._located(_there(self._environment.request)), _there(self.fetched)

        def build() -> BuiltPrefix | PackFile:
            folder = self.workspace / "build"
            folder.mkdir()
            return _there(self._environment.choice).descriptor.factory().build(request, lock, folder, step)

        def check(built: BuiltPrefix, stopped: Callable[[], bool]) -> tuple[str, ...]:
            if self.ports.check is None:
                return ()
            beside = BesideStep(step, "packing, publishing and checking: ")
            return self.ports.check.check(built, model, request, beside, stopped=stopped)

        return PackSource(build, check)

    def _make_image(self, step: Step) -> None:
        lock = _there(self.lock)
        folder = self.workspace / "image"
        folder.mkdir()
        making = ImageMaking(
            ports=self.ports,
            draft=_there(self.draft.image),
            lock=lock,
            request=self._located(_there(self._environment.request)),
            source=self._source(lock, step),
            stays=self.undo.stays,
        )
        self.image = making.make(folder, step)

    def _use(self, planned: UsePack, step: Step) -> None:
        step.done(planned.reason)
        python = planned.lock.python.version if planned.lock else self._environment.python
        self._keep(planned.location, planned.lock, step)
        self._settle(planned.location, python, of_service=planned.of_service)

    def _keep(self, location: ObjectLocation, lock: Lock | None, step: Step) -> None:
        copy = self._environment.copy_of(location)
        if copy is not None:
            keep_copy(self.ports, location, lock, copy, step)
            self._tell_copy(location)

    def _tell_copy(self, location: ObjectLocation) -> None:
        copy = self._environment.copy_of(location)
        if copy is not None:
            self.ports.progress.note(f"kept a copy of the pack at {copy}")

    def _settle(self, location: ObjectLocation, python: str, *, of_service: bool = False) -> None:
        self.pack = location
        self.runtime = runtime_description(location, python, of_service=of_service)

    def _register(self, planned: RegisterModel, step: Step) -> None:
        runtime = _there(self.runtime) if self.draft.environment else None
        artifact = self.ports.assembler.assemble(_there(self.fetched), runtime, self.draft.score_code)
        catalog = self.ports.service.catalog
        for known in catalog.find({ARTIFACT_TAG: artifact.sha256}):
            if known.complete:
                self.model = known
                step.done(f"{known.id} holds the same artifact already")
                return
        intent = self.undo.intend("model", artifact.sha256)
        model = catalog.register(self._registration(planned, artifact, intent.retry_token), artifact, step)
        self.undo.made(intent, model.id, lambda: take_back_model(self.ports, model.id, self.undo.run_id))
        self.model = model
        step.done(f"{model.id}, {told_size(artifact.size)}")

    def _registration(self, planned: RegisterModel, artifact: RuntimeArtifact, token: str) -> ModelRegistration:
        infrastructure = self.draft.loaded.spec.infrastructure or Infrastructure()
        facts = self.draft.facts
        return registration(
            facts,
            self.ports.source.origin(facts.version),
            display_name=planned.display_name,
            compartment_id=infrastructure.compartment_id or "",
            project_id=infrastructure.project_id or "",
            freeform_tags={**self.own_tags, ARTIFACT_TAG: artifact.sha256},
            retry_token=token,
        )

    @property
    def _environment(self) -> EnvironmentDraft:
        draft = self.draft
        return draft.image.environment if draft.image else _there(draft.environment)

    def _located(self, request: EnvironmentRequest) -> EnvironmentRequest:
        """The request with the places of the model's own wheels, which are there once the model is fetched."""
        return request.located_in(_there(self.fetched).path)


_T = TypeVar("_T")


def _there(value: _T | None) -> _T:
    if value is None:
        msg = "a step was taken before the one that it needs"
        raise AssertionError(msg)
    return value
