"""A whole application in memory: every port has its in-memory adapter, and time does not pass."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from oci_mlflow_builders.archive import TarPacker

from oci_mlflow_core.errors import UnavailableError
from oci_mlflow_core.hookspecs import DeployServiceDescriptor, EnvBuilderDescriptor, ImageBuilderDescriptor
from oci_mlflow_core.model.artifact import ModelFacts, ModelVersion, RuntimeArtifact
from oci_mlflow_core.model.deployment import CatalogModel, Deployment
from oci_mlflow_core.model.environment import Platform
from oci_mlflow_core.model.image import ImageServer
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.ports.deploy_service import (
    DeploymentLifecycle,
    DeployService,
    DesiredDeployment,
    ModelCatalog,
    ModelRegistration,
    Predictor,
)
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.reading import empty_spec, read_spec
from oci_mlflow_core.testing.alongside import AtOnce
from oci_mlflow_core.testing.artifact_assembler import MemoryArtifactAssembler
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.journal import MemoryJournal
from oci_mlflow_core.testing.memory_artifact_source import MemoryArtifactSource
from oci_mlflow_core.testing.memory_deploy_service import MemoryCatalog, MemoryDeployService, MemoryLifecycle
from oci_mlflow_core.testing.memory_env_builder import MemoryEnvBuilder
from oci_mlflow_core.testing.memory_environment_check import MemoryEnvironmentCheck
from oci_mlflow_core.testing.memory_image_builder import MemoryImageBuilder
from oci_mlflow_core.testing.memory_image_registry import MemoryImageRegistry, image_facts
from oci_mlflow_core.testing.memory_pack_cache import MemoryPackCache
from oci_mlflow_core.testing.memory_pack_store import MemoryPackStore
from oci_mlflow_core.testing.progress_sink import RecordingProgress
from oci_mlflow_core.testing.runs import MemoryRuns
from oci_mlflow_core.testing.workspaces import FolderWorkspaces
from oci_mlflow_core.usecases.ports import ImagePorts, Ports
from oci_mlflow_core.usecases.requests import CreateDeployment, DeleteDeployment, UpdateDeployment
from oci_mlflow_plugin.adapters.home.local_copies import FileCopies

BASE = "container-registry.oracle.com/os/oraclelinux:9-slim"
INDEX = {"mlflow": {"3.1.0": "version = '3.1.0'"}, "rules": {"1.0": "rules = 1", "2.0": "rules = 2"}}


def model(version: str, *, rules: str = "1.0", flavors: tuple[str, ...] = ("python_function", "sklearn")) -> Any:
    """Facts and files of version `version` of the model 'fraud'."""
    uri = f"models:/fraud/{version}"
    conda = (
        f"channels: [conda-forge]\ndependencies:\n- python=3.11\n- pip\n- pip:\n  - mlflow==3.1.0\n  - rules=={rules}\n"
    )
    facts = ModelFacts(
        version=ModelVersion(uri=uri, pinned_uri=uri, name="fraud", version=version),
        flavors=flavors,
        mlflow_version="3.1.0",
        environment_files={"conda.yaml": conda},
    )
    return facts, {"MLmodel": b"flavors: {}", "weights": version.encode(), "conda.yaml": conda.encode()}


@attrs.frozen(kw_only=True)
class World:
    """The application and the adapters behind it."""

    ports: Ports
    service: MemoryDeployService
    source: MemoryArtifactSource
    packs: MemoryPackStore
    builder: MemoryEnvBuilder
    journal: MemoryJournal
    progress: RecordingProgress
    clock: ManualClock
    check: MemoryEnvironmentCheck
    registry: MemoryImageRegistry
    image_builder: MemoryImageBuilder
    folder: Path

    def loaded(self, text: str = "", overrides: Mapping[str, object] | None = None) -> LoadedSpec:
        """The specification in a file's text."""
        if not text:
            return empty_spec(overrides, {}, Path.cwd())
        return read_spec(text, source="deploy.yaml", folder=Path.cwd(), environ={}, overrides=overrides)

    def create(
        self,
        uri: str = "models:/fraud/1",
        text: str = "",
        name: str = "fraud",
        **options: Any,
    ) -> CreateDeployment:
        """A request to create a deployment."""
        return CreateDeployment(name=name, model_uri=uri, loaded=self.loaded(text), options=CommandOptions(**options))

    def update(self, uri: str | None = None, text: str = "", **options: Any) -> UpdateDeployment:
        """A request to update 'fraud'."""
        return UpdateDeployment(
            name="fraud", model_uri=uri, loaded=self.loaded(text), options=CommandOptions(**options)
        )

    def change(
        self, overrides: Mapping[str, object], uri: str | None = None, name: str = "fraud", **options: Any
    ) -> UpdateDeployment:
        """A request to update 'fraud' by options alone."""
        loaded = self.loaded("", overrides)
        return UpdateDeployment(name=name, model_uri=uri, loaded=loaded, options=CommandOptions(**options))

    def delete(self, **options: Any) -> DeleteDeployment:
        """A request to delete 'fraud'."""
        return DeleteDeployment(name="fraud", options=CommandOptions(**options))

    def score_code(self, text: str) -> Path:
        """A score.py of the user's own, called mine.py."""
        path = self.folder / "mine.py"
        path.write_text(text)
        return path

    def leftovers(self) -> int:
        """How many records the journal of 'fraud' holds."""
        with self.journal.open(str(self.ports.target), "fraud") as entry:
            return len(entry.leftovers)

    def deployments(self) -> list[Deployment]:
        """What is deployed."""
        return list(self.service.lifecycle.list())

    def orders(self) -> list[str]:
        """The orders to the service about deployments, oldest first."""
        return [name for name, _ in self.service.calls if "model" not in name and name != "register"]

    def linked(self, uri: str) -> dict[str, str]:
        """The tags of a registered version."""
        return self.source.links.get(uri, {})

    def nothing_is_left(self) -> bool:
        """Whether neither deployments, models nor records are there."""
        return not (self.deployments() or self.service.models or self.leftovers())


def interrupting(world: World) -> Ports:
    """The ports with a clock that is interrupted by Ctrl-C as soon as anybody waits."""
    return attrs.evolve(world.ports, clock=_InterruptedClock())


class _InterruptedClock(ManualClock):
    def sleep(self, seconds: float) -> None:
        raise KeyboardInterrupt(seconds)


def without_journal(world: World) -> Ports:
    """The ports with an empty journal, as on another machine."""
    return attrs.evolve(world.ports, journal=MemoryJournal())


def losing_answers(world: World, kind: str) -> Ports:
    """The ports with a service that makes models or deployments and then does not say so."""
    return attrs.evolve(world.ports, service=_LosingAnswers(world.service, kind))


@attrs.frozen
class _LosingAnswers(DeployService):
    service: MemoryDeployService
    kind: str

    @property
    def catalog(self) -> ModelCatalog:
        return _MutedCatalog(self.service) if self.kind == "models" else self.service.catalog

    @property
    def lifecycle(self) -> DeploymentLifecycle:
        return _MutedLifecycle(self.service) if self.kind == "deployments" else self.service.lifecycle

    @property
    def predictor(self) -> Predictor:
        return self.service.predictor


class _MutedCatalog(MemoryCatalog):
    def register(self, registration: ModelRegistration, artifact: RuntimeArtifact, step: Step) -> CatalogModel:
        super().register(registration, artifact, step)
        raise UnavailableError("the answer was lost")


class _MutedLifecycle(MemoryLifecycle):
    def create(self, desired: DesiredDeployment) -> Deployment:
        super().create(desired)
        raise UnavailableError("the answer was lost")


def make_world(tmp_path: Path, *, shared: bool = False) -> World:
    """The application; with a service of this machine, or with one that others share and that is as OCI's."""
    service, packs, clock = MemoryDeployService(), MemoryPackStore(), ManualClock()
    source = MemoryArtifactSource(
        {
            "models:/fraud/1": model("1"),
            "models:/fraud@champion": model("1"),
            "models:/fraud/2": model("2"),
            "models:/fraud/3": model("3", rules="2.0"),
            "models:/fraud/4": model("4", flavors=("sklearn",)),
        }
    )
    check = MemoryEnvironmentCheck()
    registry = MemoryImageRegistry(
        image_facts(name) for name in (BASE, "iad.ocir.io/team/fraud:1", "iad.ocir.io/team/fraud:2")
    )
    image_builder = MemoryImageBuilder(registry)
    builder, journal, progress = MemoryEnvBuilder(INDEX), MemoryJournal(), RecordingProgress()
    descriptor = EnvBuilderDescriptor(
        name="memory", summary="Builds in memory", builds="modules", factory=lambda: builder
    )
    ports = Ports(
        target=Target(region="memory"),
        service_descriptor=DeployServiceDescriptor(
            region="memory",
            summary="In memory",
            shared=shared,
            runs_containers=shared,
            edits_in_groups=shared,
            default_destination="oci://packs@team/envs",
            factory=lambda _session, _packs: service,
        ),
        platform=Platform.LINUX_64,
        glibc="2.28",
        service=service,
        source=source,
        packs=packs,
        builders=(descriptor,),
        packer=TarPacker(),
        check=check,
        cache=MemoryPackCache(tmp_path / "cache", progress),
        copies=FileCopies(),
        alongside=AtOnce(),
        assembler=MemoryArtifactAssembler(),
        workspaces=FolderWorkspaces(tmp_path),
        journal=journal,
        runs=MemoryRuns(),
        progress=progress,
        clock=clock,
        images=ImagePorts(
            registry=registry,
            builders=(ImageBuilderDescriptor(name="memory", summary="Makes in memory", factory=lambda: image_builder),),
            server=lambda port: ImageServer(files=(), command=("-m", "server", str(port))),
        ),
    )
    return World(
        ports=ports,
        service=service,
        source=source,
        packs=packs,
        builder=builder,
        journal=journal,
        progress=progress,
        clock=clock,
        check=check,
        registry=registry,
        image_builder=image_builder,
        folder=tmp_path,
    )
