"""An image of layers, with a real environment, pulled by a real engine and run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import attrs
import pytest
from oci_mlflow_builders.images.builder import LayersImageBuilder
from oci_mlflow_builders.uv.builder import UvBuilder
from rig.base_image.well_known import server_image
from rig.engine.found import docker
from rig.registry.running import Registry
from tiny_wheels import make_wheel

from oci_mlflow_core.model.environment import EnvironmentRequest, PipOptions
from oci_mlflow_core.model.image import ImagePlatform, ImageRecipe, ImageReference, ImageServer, ServerFile
from oci_mlflow_core.ports.image_builder import ImageOrder
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.image_registry.registry import HttpImageRegistry

_SERVER = """
import getpass, json, os, sys
sys.path.append("wheels")
import weights, waiter
place = {"prefix": sys.prefix, "weights": weights.__file__, "waiter": waiter.__file__}
place["writable"] = [name for name in (sys.prefix, ".", os.environ["HOME"]) if os.access(name, os.W_OK)]
print(json.dumps({**place, "user": getpass.getuser(), "uid": os.getuid()}))
"""


@pytest.fixture
def base(registry: Registry, engine: str, tmp_path: Path) -> Iterator[ImageReference]:
    """A real system, pushed by the engine under a name of the registry."""
    name = f"{registry.address}/bases/debian:1"
    docker(engine, "tag", server_image(engine), name)
    login = ["--config", str(tmp_path / "docker"), "login", "-u", registry.user, "-p", registry.password]
    assert docker(engine, *login, registry.address).returncode == 0
    pushed = docker(engine, "--config", str(tmp_path / "docker"), "push", name)
    assert pushed.returncode == 0, pushed.stderr
    found = HttpImageRegistry({"DOCKER_CONFIG": str(tmp_path / "docker")})
    facts = found.inspect(ImageReference.parse(name), ImagePlatform.LINUX_AMD64, curl=True)
    assert facts is not None
    assert facts.has_curl
    yield ImageReference.parse(f"{name}@{facts.digest}")
    docker(engine, "rmi", "--force", name)


def _order(base: ImageReference, registry: Registry, tmp_path: Path) -> ImageOrder:
    wheels = tmp_path / "index"
    make_wheel(wheels, "weights")
    make_wheel(wheels, "waiter")
    options = PipOptions(no_index=True, find_links=(str(wheels),))
    request = EnvironmentRequest(python="==3.*", pip=("weights==1.0",), pip_options=options)
    builder, step = UvBuilder(), RecordingStep("environment")
    for folder in ("lock", "build"):
        (tmp_path / folder).mkdir()
    lock = builder.lock(request, tmp_path / "lock", step)
    recipe = ImageRecipe(
        base=base, platform=ImagePlatform.LINUX_AMD64, lock_digest=lock.digest, server_digest="1" * 64, port=8080
    )
    return ImageOrder(
        recipe=recipe,
        destination=ImageReference(registry.address, "models/real", recipe.tag("real")),
        environment=lambda: builder.build(request, lock, tmp_path / "build", step),
        lock=lock,
        server=ImageServer(
            files=(ServerFile(PurePosixPath("serve.py"), _SERVER.encode()),),
            requirements=("waiter==1.0",),
            command=("serve.py",),
        ),
        request=attrs.evolve(request),
    )


def test_it_runs_where_nothing_of_the_building_machine_is(
    registry: Registry, engine: str, base: ImageReference, environ: dict[str, str], tmp_path: Path
) -> None:
    order = _order(base, registry, tmp_path)
    (tmp_path / "workspace").mkdir()
    image = LayersImageBuilder(environ).build(order, tmp_path / "workspace", RecordingStep("image"))
    name = f"{image.reference.place}@{image.digest}"

    pulled = docker(engine, "--config", str(tmp_path / "docker"), "pull", name)
    ran = docker(engine, "run", "--rm", "--network", "none", name)
    docker(engine, "rmi", "--force", name)

    assert pulled.returncode == 0, pulled.stderr
    assert ran.returncode == 0, ran.stderr
    site = f"/opt/oci-mlflow/env/lib/python{'.'.join(order.lock.python.version.split('.')[:2])}/site-packages"
    assert json.loads(ran.stdout) == {
        "prefix": "/opt/oci-mlflow/env",
        "weights": f"{site}/weights.py",
        "waiter": "/opt/oci-mlflow/server/wheels/waiter.py",
        "user": "datascience",
        "uid": 1000,
        "writable": ["/home/datascience"],
    }
