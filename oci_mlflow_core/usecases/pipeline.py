"""From a model version to a model in the catalog: the part that create and update have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import attrs

from oci_mlflow_core.model.artifact import FetchedModel, RuntimeArtifact, RuntimeDescription
from oci_mlflow_core.model.deployment import ARTIFACT_TAG, CatalogModel
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.image import ImageReference
from oci_mlflow_core.model.pack import BuiltPrefix, ObjectLocation, PackFile
from oci_mlflow_core.planning.catalog_entry import registration
from oci_mlflow_core.planning.containers import with_image
from oci_mlflow_core.planning.desired import model_tags
from oci_mlflow_core.planning.image_steps import BuildImage, CheckImage, UseImage
from oci_mlflow_core.planning.naming import pack_manifest, pack_version
from oci_mlflow_core.planning.plan import BuildPack, FetchModel, LockEnvironment, RegisterModel, UsePack
from oci_mlflow_core.ports.deploy_service import ModelRegistration
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.runtime import ContainerRuntime
from oci_mlflow_core.usecases.beside_step import BesideStep
from oci_mlflow_core.usecases.environment import (
    EnvironmentDraft,
    check_published,
    runtime_description,
)
from oci_mlflow_core.usecases.environment_lock import LockOrder, keep_lock, make_lock
from oci_mlflow_core.usecases.image_making import ImageMaking
from oci_mlflow_core.usecases.image_use import take_check
from oci_mlflow_core.usecases.leftovers import take_back_model
from oci_mlflow_core.usecases.model_draft import ModelDraft, PipelineStep
from oci_mlflow_core.usecases.pack_publishing import PackOrder, PackSource, keep_copy, publish_pack
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.sizes import told_size
from oci_mlflow_core.usecases.undo import UndoLog


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
