from __future__ import annotations

import gc
import gzip
import io
import tarfile
from collections.abc import Callable, Iterator

import pytest
from integration.builders.docker.cut_line import CutLine
from integration.builders.images_docker.conftest import Rig
from oci_mlflow_builders.registry.repository import Repository

from oci_mlflow_core.errors import ImageBuildError, RegistryRefusedError
from oci_mlflow_core.model.image import BuiltImage
from oci_mlflow_core.testing.progress_sink import RecordingStep


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What the SDK leaves open is collected within the test that makes it, not in one that comes later."""
    yield
    gc.collect()


class _Cancelling(RecordingStep):
    """Ctrl-C at a moment."""

    def __init__(self, at: str) -> None:
        super().__init__("image")
        self._at = at

    def says(self, text: str) -> None:
        if text.startswith(self._at):
            raise KeyboardInterrupt
        super().says(text)


def _files(rig: Rig, built: BuiltImage) -> dict[str, bytes]:
    repository = Repository(built.reference.registry, built.reference.repository, rig.environ)
    found = {}
    for layer in built.layers:
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(repository.small_blob(layer.digest)))) as members:
            for member in members:
                stream = members.extractfile(member) if member.isfile() else None
                found[member.name] = stream.read() if stream else b""
    return found


def test_an_image_has_its_base_its_environment_and_its_server(rig: Rig) -> None:
    built = rig.build(rig.order())

    files = _files(rig, built)
    assert files["etc/base"] == b"base"
    assert files["opt/oci-mlflow/server/serve.py"] == b"print('one')"
    assert b"PREFIX = '/opt/oci-mlflow/env/share'" in files["opt/oci-mlflow/env/lib/python3.11/settings.py"]
    assert built.layers[0].what == "base"
    assert built.layers[-1].what == "server"


def test_an_image_is_run_as_its_order_says(rig: Rig) -> None:
    order = rig.order()

    image = rig.read(rig.build(order).reference)

    assert image is not None
    config = image.configuration["config"]
    assert config["Entrypoint"] == ["/opt/oci-mlflow/env/bin/python", "serve.py"]
    assert (config["User"], config["WorkingDir"]) == ("1000:1000", "/opt/oci-mlflow/server")
    assert {"PATH=/opt/oci-mlflow/env/bin:/bin", "LANG=C", "WORKERS=$2"} <= set(config["Env"])
    assert list(config["ExposedPorts"]) == ["8080/tcp"]
    assert config["Labels"]["io.github.oci-mlflow-plugin.recipe"] == order.recipe.digest


def test_an_image_that_is_there_is_not_made_again(rig: Rig) -> None:
    first = rig.build(rig.order())

    second = rig.build(rig.order())

    assert second.reference == first.reference
    assert second.pushed_bytes == 0
    assert rig.asked == 1


def test_equal_recipes_are_equal_images_also_when_the_engine_has_forgotten(rig: Rig) -> None:
    first = rig.build(rig.order())
    rig.forget()

    second = rig.build(rig.order("others/fraud"))

    assert second.digest == first.digest
    assert rig.asked == 2


def test_of_another_server_its_layer_alone_is_sent(rig: Rig) -> None:
    first = rig.build(rig.order())

    second = rig.build(rig.order(server="print('two')"))

    assert second.digest != first.digest
    assert [layer.digest for layer in second.layers[:-1]] == [layer.digest for layer in first.layers[:-1]]
    assert second.pushed_bytes == second.layers[-1].size


def test_what_is_built_is_told_line_by_line(rig: Rig) -> None:
    step = RecordingStep("image")

    rig.build(rig.order(), step)

    assert any("ENTRYPOINT" in text for text in step.said)
    assert rig.registry.password not in "".join(step.said)


def test_a_registry_that_refuses_the_user_is_told_and_nothing_is_left(
    rig: Rig, containers: Callable[[], list[str]]
) -> None:
    order = rig.order()

    with pytest.raises(RegistryRefusedError) as refused:
        rig.build(order, OCI_MLFLOW_REGISTRY_PASSWORD="wrong-password")  # noqa: S106 - it is wrong

    assert "wrong-password" not in str(refused.value)
    assert rig.in_engine() == []
    assert containers() == []


def test_without_an_engine_nothing_is_begun(rig: Rig) -> None:
    host = f"unix://{rig.folder}/none.sock"

    with pytest.raises(ImageBuildError) as refused:
        rig.build(rig.order(), DOCKER_HOST=host)

    assert str(refused.value) == (
        f"the docker image builder failed: no container engine answers at {host} (No such file or directory)"
    )
    assert rig.asked == 0


class _Cutting(RecordingStep):
    """The engine goes away at a moment."""

    def __init__(self, at: str, line: CutLine) -> None:
        super().__init__("image")
        self._at, self._line = at, line

    def says(self, text: str) -> None:
        super().says(text)
        if text.startswith(self._at):
            self._line.cut()


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.parametrize(
    ("moment", "doing", "left"),
    [("Step 2", "building the image", 0), ("pushing to", "pushing the image", 2)],
)
def test_an_engine_that_goes_away_is_told_with_what_it_has_left(
    rig: Rig, containers: Callable[[], list[str]], moment: str, doing: str, left: int
) -> None:
    order = rig.order()
    with CutLine(rig.engine) as line, pytest.raises(ImageBuildError) as failed:
        rig.build(order, _Cutting(moment, line), DOCKER_HOST=line.host)

    gone = rig.in_engine()
    assert failed.value.reason == f"the container engine at {line.host} went away while {doing}"
    assert failed.value.hint == "See that it runs, and run the command again; what it had made is lost."
    assert list(failed.value.leftovers) == [
        f"image {name} in the engine at {line.host} (docker rmi {name})" for name in sorted(gone, reverse=True)
    ]
    assert len(gone) == left
    assert containers() == []
    assert rig.read(order.destination) is None


@pytest.mark.parametrize("moment", ["building the image", "Step 3", "pushing to"])
def test_ctrl_c_leaves_nothing(rig: Rig, containers: Callable[[], list[str]], moment: str) -> None:
    order = rig.order()

    with pytest.raises(KeyboardInterrupt):
        rig.build(order, _Cancelling(moment))

    assert rig.in_engine() == []
    assert containers() == []
    assert rig.read(order.destination) is None
