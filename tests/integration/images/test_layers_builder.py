"""Images of layers in a real registry: what they hold, and what is sent for them."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from integration.images.orders import PACKAGES, SERVER, ordered, pushed_base
from oci_mlflow_builders.images import splitting
from oci_mlflow_builders.images.builder import LayersImageBuilder
from rig.registry.running import Registry
from rig.registry.small_images import Pusher
from tiny_wheels import make_wheel

from oci_mlflow_core.model.image import BuiltImage
from oci_mlflow_core.ports.image_builder import ImageOrder
from oci_mlflow_core.testing.progress_sink import RecordingStep


@pytest.fixture(autouse=True)
def _smaller_packages_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LARGE", 20_000)


@pytest.fixture
def builder(environ: dict[str, str]) -> LayersImageBuilder:
    return LayersImageBuilder(environ)


@pytest.fixture
def order(registry: Registry, tmp_path: Path, request: pytest.FixtureRequest) -> ImageOrder:
    """Into a repository of the test's own."""
    repository = f"models/{request.node.name.replace('_', '-')}"
    return ordered(registry.address, pushed_base(registry), repository, tmp_path / "prefix")


def _built(builder: LayersImageBuilder, order: ImageOrder, workspace: Path) -> BuiltImage:
    workspace.mkdir()
    return builder.build(order, workspace, RecordingStep("image"))


def _manifest(registry: Registry, image: BuiltImage) -> Any:
    pusher = Pusher(registry, image.reference.repository)
    kind = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
    return pusher.ask("GET", f"manifests/{image.digest}", headers=kind).json()


def _configuration(registry: Registry, image: BuiltImage) -> Any:
    digest = _manifest(registry, image)["config"]["digest"]
    return Pusher(registry, image.reference.repository).ask("GET", f"blobs/{digest}").json()


def test_the_tag_names_the_image_by_its_recipe(
    builder: LayersImageBuilder, order: ImageOrder, registry: Registry, tmp_path: Path
) -> None:
    image = _built(builder, order, tmp_path / "workspace")

    assert Pusher(registry, image.reference.repository).tags() == [f"fraud-{order.recipe.digest[:12]}"]
    assert str(image.reference) == f"{order.destination}@{image.digest}"


def test_layers_are_the_bases_then_the_environments_then_the_server(
    builder: LayersImageBuilder, order: ImageOrder, registry: Registry, tmp_path: Path
) -> None:
    image = _built(builder, order, tmp_path / "workspace")

    assert [layer.what for layer in image.layers] == ["base", "base", "python 3.11.7", "big 1.0", "1 package", "server"]
    assert [layer["digest"] for layer in _manifest(registry, image)["layers"]] == [
        layer.digest for layer in image.layers
    ]


def test_it_is_run_as_somebody_without_rights_by_the_environments_python(
    builder: LayersImageBuilder, order: ImageOrder, registry: Registry, tmp_path: Path
) -> None:
    image = _built(builder, order, tmp_path / "workspace")

    plain = _configuration(registry, image)
    assert (plain["os"], plain["architecture"]) == ("linux", "amd64")
    assert plain["config"] == {
        "Entrypoint": ["/opt/oci-mlflow/env/bin/python", "-m", "oci_mlflow_server"],
        "Env": [
            "PATH=/opt/oci-mlflow/env/bin:/usr/bin",
            "LANG=C.UTF-8",
            "CONDA_PREFIX=/opt/oci-mlflow/env",
            "HOME=/home/datascience",
            "USER=datascience",
            "PYTHONDONTWRITEBYTECODE=1",
            "PYTHONUNBUFFERED=1",
        ],
        "ExposedPorts": {"8080/tcp": {}},
        "Labels": {
            "vendor": "nobody",
            "io.github.oci-mlflow-plugin.lock": order.lock.digest,
            "io.github.oci-mlflow-plugin.recipe": order.recipe.digest,
            "org.opencontainers.image.base.digest": order.recipe.base.digest,
            "org.opencontainers.image.base.name": f"{registry.address}/bases/small",
            "org.opencontainers.image.title": "MLflow model server",
        },
        "StopSignal": "SIGTERM",
        "User": "1000:1000",
        "WorkingDir": "/opt/oci-mlflow/server",
    }


def test_equal_recipes_give_equal_images_in_other_repositories(
    builder: LayersImageBuilder, order: ImageOrder, registry: Registry, tmp_path: Path
) -> None:
    first = _built(builder, order, tmp_path / "one")
    again = ordered(registry.address, order.recipe.base, "models/elsewhere", tmp_path / "another-prefix")

    second = _built(builder, again, tmp_path / "two")

    assert first.digest == second.digest


def test_an_image_that_is_there_is_not_made_again(
    builder: LayersImageBuilder, order: ImageOrder, tmp_path: Path
) -> None:
    first = _built(builder, order, tmp_path / "one")

    def never() -> Any:
        raise AssertionError

    second = _built(builder, attrs.evolve(order, environment=never), tmp_path / "two")

    assert second == attrs.evolve(first, pushed_bytes=0, layers=second.layers)
    assert [layer.digest for layer in second.layers] == [layer.digest for layer in first.layers]


def test_layers_of_the_base_are_mounted_and_not_sent(
    builder: LayersImageBuilder, order: ImageOrder, tmp_path: Path
) -> None:
    workspace = tmp_path / "workspace"

    image = _built(builder, order, workspace)

    own = sum(layer.size for layer in image.layers if layer.what != "base")
    assert own < image.pushed_bytes < own + 4096
    assert [path for path in workspace.iterdir() if path.name.startswith("sha256-")] == []


def test_one_other_requirement_sends_one_layer(
    builder: LayersImageBuilder, order: ImageOrder, registry: Registry, tmp_path: Path
) -> None:
    first = _built(builder, order, tmp_path / "one")
    other = ordered(
        registry.address,
        order.recipe.base,
        order.destination.repository,
        tmp_path / "other-prefix",
        {**PACKAGES, "small": ("1.1", 120)},
    )

    second = _built(builder, other, tmp_path / "two")

    known = {layer.digest for layer in first.layers}
    new = [layer for layer in second.layers if layer.digest not in known]
    assert [layer.what for layer in new] == ["1 package"]
    assert second.pushed_bytes < new[0].size + 4096


def test_a_base_of_another_registry_is_copied(
    builder: LayersImageBuilder, order: ImageOrder, registry: Registry, tmp_path: Path
) -> None:
    # another name of the same machine is another registry to whoever looks at names
    elsewhere = registry.address.replace("127.0.0.1", "localhost")
    base = attrs.evolve(order.recipe.base, registry=elsewhere)
    copying = attrs.evolve(order, recipe=attrs.evolve(order.recipe, base=base))

    image = _built(builder, copying, tmp_path / "workspace")

    for layer in image.layers[:2]:
        Pusher(registry, image.reference.repository).ask("HEAD", f"blobs/{layer.digest}")
    assert image.pushed_bytes > sum(layer.size for layer in image.layers)


def test_the_bytes_that_are_sent_are_told(builder: LayersImageBuilder, order: ImageOrder, tmp_path: Path) -> None:
    step = RecordingStep("image")
    (tmp_path / "workspace").mkdir()

    image = builder.build(order, tmp_path / "workspace", step)

    done, total = step.moves[-1]
    assert done == total
    assert total is not None
    assert total <= image.pushed_bytes
    assert step.outcome == f"{image.reference}, 0 MB, of which 0 MB were sent"


def test_the_servers_packages_lie_beside_the_environment(
    builder: LayersImageBuilder, order: ImageOrder, registry: Registry, tmp_path: Path
) -> None:
    wheels = tmp_path / "index"
    make_wheel(wheels, "waiter", scripts={"wait": "waiter:main"})
    options = attrs.evolve(order.request.pip_options, no_index=True, find_links=(str(wheels),))
    with_wheels = attrs.evolve(
        order,
        server=attrs.evolve(SERVER, requirements=("waiter==1.0",)),
        request=attrs.evolve(order.request, pip_options=options),
    )

    image = _built(builder, with_wheels, tmp_path / "workspace")

    names = _names_in(registry, image, image.layers[-1].digest)
    top = "opt/oci-mlflow/server"
    assert {f"{top}/oci_mlflow_server/__main__.py", f"{top}/wheels/waiter.py"} <= set(names)
    assert [name for name in names if name.endswith(("RECORD", "INSTALLER", ".lock"))] == []


def _names_in(registry: Registry, image: BuiltImage, digest: str) -> list[str]:
    content = Pusher(registry, image.reference.repository).ask("GET", f"blobs/{digest}").content
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return archive.getnames()


def test_no_password_is_in_the_image(
    builder: LayersImageBuilder, order: ImageOrder, registry: Registry, tmp_path: Path
) -> None:
    image = _built(builder, order, tmp_path / "workspace")

    assert registry.password not in json.dumps([_manifest(registry, image), _configuration(registry, image)])
