"""The application over the twin, with files in one folder and one clock that stands still for both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import attrs
from oci_mlflow_builders.archive import TarPacker
from usecases_world import INDEX, model

from oci_mlflow_core.hookspecs import EnvBuilderDescriptor
from oci_mlflow_core.model.artifact import ModelOrigin
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.model.environment import Platform
from oci_mlflow_core.model.options import CommandOptions, UpdateStrategy
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.runs import Runs
from oci_mlflow_core.spec.reading import read_spec
from oci_mlflow_core.testing.artifact_assembler import MemoryArtifactAssembler
from oci_mlflow_core.testing.memory_artifact_source import MemoryArtifactSource
from oci_mlflow_core.testing.memory_env_builder import MemoryEnvBuilder
from oci_mlflow_core.testing.progress_sink import RecordingProgress
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.delete_deployment import delete_deployment
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import CreateDeployment, DeleteDeployment, UpdateDeployment
from oci_mlflow_core.usecases.update_deployment import update_deployment
from oci_mlflow_plugin.adapters.home.alongside import ThreadAlongside
from oci_mlflow_plugin.adapters.home.journal import FileJournal
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.local_copies import FileCopies
from oci_mlflow_plugin.adapters.home.pack_cache.cache import FilePackCache
from oci_mlflow_plugin.adapters.home.runs import ProcessRuns
from oci_mlflow_plugin.adapters.home.workspaces import HomeWorkspaces
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore
from oci_mlflow_plugin.adapters.oci.registration import oci_mlflow_register_deploy_services
from oci_mlflow_plugin.adapters.oci.service import OciDeployService
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

NAME = "fraud"
FIRST, SECOND = "models:/fraud/1", "models:/fraud/2"
#: So small that the pack goes in parts; one at a time, so that every run makes its calls in the same order.
SIZES = Sizes(part=600, workers=1)
#: So short a wait that a service which is away for its whole length is asked a few times.
_OPTIONS = CommandOptions(timeout=60)
_DEPLOY = """\
kind: deployment
spec:
  infrastructure:
    spec:
      shapeName: VM.Standard.E4.Flex
      shapeConfigDetails: {{ocpus: 1, memoryInGBs: 16}}
      replica: 1
      bandwidthMbps: 10
  runtime:
    kind: runtime
    type: conda
    spec:
      uri:
        name: fraud
        destination: {destination}
"""
_COPY = """\
        keepLocal: true
        localCondaDir: {kept}
"""
_CHANGE = """\
kind: deployment
spec:
  infrastructure:
    spec:
      bandwidthMbps: 20
      replica: 2
"""


def make_source() -> MemoryArtifactSource:
    """The registry, with two versions of a model that need the same environment."""
    source = MemoryArtifactSource({FIRST: model("1"), SECOND: model("2")})
    source.origins = {uri: ModelOrigin(git_commit="c0ffee", git_branch="main") for uri in (FIRST, SECOND)}
    return source


class EndedRuns(ProcessRuns):
    """Every command before is as a process that has ended, although it is this one."""

    def goes_on(self, run_id: str) -> bool | None:
        return False


@attrs.frozen(kw_only=True)
class World:
    """One user's machine."""

    folder: Path
    #: Where packs go: ``oci://bucket@namespace/prefix``.
    destination: str
    clock: Clock
    connection: Connection
    source: MemoryArtifactSource = attrs.field(factory=make_source)
    progress: RecordingProgress = attrs.field(factory=RecordingProgress)
    runs: Runs = attrs.field(factory=EndedRuns)

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    @property
    def kept(self) -> Path:
        """Where copies of packs go that are asked for."""
        return self.folder / "kept"

    def ports(self) -> Ports:
        """As `oci_mlflow_plugin.composition` wires them, but for the model, its environment and the clock."""
        progress, builder = self.progress, MemoryEnvBuilder(INDEX)
        return Ports(
            target=Target(),
            service_descriptor=next(iter(oci_mlflow_register_deploy_services())),
            platform=Platform.LINUX_64,
            glibc="2.28",
            service=OciDeployService(self.connection),
            source=self.source,
            packs=OciPackStore(self.connection, SIZES),
            builders=(EnvBuilderDescriptor(name="memory", summary="", builds="modules", factory=lambda: builder),),
            packer=TarPacker(),
            check=None,
            cache=FilePackCache(self.home, progress, self.clock, bound=0),
            copies=FileCopies(),
            alongside=ThreadAlongside(),
            assembler=MemoryArtifactAssembler(),
            workspaces=HomeWorkspaces(self.home, progress),
            journal=FileJournal(self.home),
            runs=self.runs,
            progress=progress,
            clock=self.clock,
        )

    def create(self) -> Deployment:
        return self._create(_DEPLOY.format(destination=self.destination))

    def create_with_copy(self) -> Deployment:
        """Also keeps a copy of the pack."""
        return self._create((_DEPLOY + _COPY).format(destination=self.destination, kept=self.kept))

    def _create(self, text: str) -> Deployment:
        loaded = read_spec(text, source="deploy.yaml", folder=self.folder, environ={})
        return create_deployment(
            self.ports(), CreateDeployment(name=NAME, model_uri=FIRST, loaded=loaded, options=_OPTIONS)
        )

    def update(self) -> Deployment:
        return self._update(_OPTIONS)

    def update_deactivated(self) -> Deployment:
        """Deactivates, changes, activates."""
        return self._update(attrs.evolve(_OPTIONS, update_strategy=UpdateStrategy.DEACTIVATE_FIRST))

    def _update(self, options: CommandOptions) -> Deployment:
        loaded = read_spec(_CHANGE, source="change.yaml", folder=self.folder, environ={})
        return update_deployment(
            self.ports(), UpdateDeployment(name=NAME, model_uri=SECOND, loaded=loaded, options=options)
        )

    def delete(self) -> Deployment | None:
        return delete_deployment(self.ports(), DeleteDeployment(name=NAME))


def connection_of(home: Path, clock: Clock, variables: Mapping[str, str]) -> Connection:
    """A way to the twin that these variables name."""
    session = Session(target=Target(), home=home, options=CommandOptions())
    return Connection(session, environ={**os.environ, **variables}, clock=clock)
