from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import attrs
import pytest
from made_prefixes import made_prefix
from oci_mlflow_builders.images_docker.builder import DockerImageBuilder
from oci_mlflow_builders.registry.reading import ReadImage, read_image
from oci_mlflow_builders.registry.repository import Repository
from rig.engine.found import docker
from rig.needed import lacking
from rig.registry.running import Registry, missing, running
from rig.registry.small_images import OCI, Pusher, layer_of

from oci_mlflow_core.model.environment import EnvironmentRequest, Platform
from oci_mlflow_core.model.image import BuiltImage, ImagePlatform, ImageRecipe, ImageReference, ImageServer, ServerFile
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.image_builder import ImageOrder
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.testing.progress_sink import RecordingStep

_PLATFORM = ImagePlatform.LINUX_AMD64


@attrs.define
class Rig:
    """A registry with a base, an engine, and an environment of a few files."""

    engine: str
    registry: Registry
    base: ImageReference
    folder: Path
    #: How often the environment was asked for.
    asked: int = 0
    _built: int = 0
    repositories: list[str] = attrs.field(factory=list)

    @property
    def environ(self) -> dict[str, str]:
        return {
            "DOCKER_HOST": self.engine,
            "HOME": str(self.folder),
            "OCI_MLFLOW_REGISTRY_USERNAME": self.registry.user,
            "OCI_MLFLOW_REGISTRY_PASSWORD": self.registry.password,
        }

    def order(self, repository: str = "models/fraud", server: str = "print('one')") -> ImageOrder:
        built = made_prefix(self.folder / f"prefix-{self._built}", {"big": ("1.0", 300_000), "small": ("1.0", 100)})
        self._built += 1
        lock = built.lock
        assert lock is not None
        recipe = ImageRecipe(
            base=self.base,
            platform=_PLATFORM,
            lock_digest="a" * 64,
            server_digest=hashlib.sha256(server.encode()).hexdigest(),
            port=8080,
        )
        reference = ImageReference.parse(f"{self.registry.address}/{repository}")
        self.repositories.append(reference.place)

        def environment() -> BuiltPrefix:
            self.asked += 1
            return built

        return ImageOrder(
            recipe=recipe,
            destination=reference.tagged(recipe.tag("fraud")),
            environment=environment,
            lock=lock,
            server=ImageServer(
                files=(ServerFile(PurePosixPath("serve.py"), server.encode()),),
                command=("serve.py",),
                environment={"WORKERS": "$2"},
            ),
            request=EnvironmentRequest(platform=Platform.LINUX_64, python="3.11", pip=()),
        )

    def build(self, order: ImageOrder, step: Step | None = None, **environ: str) -> BuiltImage:
        workspace = self.folder / f"workspace-{self._built}-{len(list(self.folder.iterdir()))}"
        workspace.mkdir()
        builder = DockerImageBuilder({**self.environ, **environ})
        return builder.build(order, workspace, step or RecordingStep("image"))

    def read(self, built: ImageReference) -> ReadImage | None:
        repository = Repository(built.registry, built.repository, self.environ)
        return read_image(repository, built.digest or built.tag, _PLATFORM.value)

    def in_engine(self) -> list[str]:
        """Names of the engine's images that a build of this rig gave."""
        listed = docker(self.engine, "images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
        return [name for name in listed if name.startswith((*self.repositories, "oci-mlflow-building"))]

    def forget(self) -> None:
        """Takes all that it has made out of the engine, the cache of builds with it."""
        for name in self.in_engine():
            docker(self.engine, "rmi", "--force", name)


@pytest.fixture
def rig(engine: str, tmp_path: Path) -> Iterator[Rig]:
    reason = missing()
    if reason is not None:
        lacking(reason)
    served = tmp_path / "registry"
    served.mkdir()
    with running(served) as registry:
        pusher, layer = Pusher(registry, "base", OCI), layer_of({"etc/base": b"base"})
        digest = pusher.image("1", [layer], config={"Env": ["PATH=/bin", "LANG=C"]})
        made = Rig(engine, registry, ImageReference.parse(f"{registry.address}/base@{digest}"), tmp_path)
        yield made
        made.forget()
        docker(engine, "rmi", "--force", str(made.base))


@pytest.fixture
def containers(engine: str) -> Callable[[], list[str]]:
    """The containers of the engine that were not there before."""
    before = docker(engine, "ps", "--all", "--quiet").stdout.split()
    return lambda: [each for each in docker(engine, "ps", "--all", "--quiet").stdout.split() if each not in before]
