"""What becomes of faults on the way to a registry: one clear error, and no tag of a half-pushed image."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from integration.images.orders import ordered, pushed_base
from oci_mlflow_builders.images import splitting
from oci_mlflow_builders.images.builder import LayersImageBuilder
from oci_mlflow_builders.registry import repository as calls
from rig.registry.cutting import CuttingProxy
from rig.registry.running import Registry
from rig.registry.small_images import Pusher

from oci_mlflow_core.errors import (
    ImageBuildError,
    OutOfSpaceError,
    RegistryRefusedError,
    ServiceError,
    UnavailableError,
)
from oci_mlflow_core.model.image import ImageReference
from oci_mlflow_core.ports.image_builder import ImageOrder
from oci_mlflow_core.testing.progress_sink import RecordingStep

_LARGE = {"big": ("1.0", 6_000_000), "small": ("1.0", 100)}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LARGE", 20_000)
    monkeypatch.setattr(calls, "PAUSES", (0.0, 0.0))


@pytest.fixture
def order(registry: Registry, tmp_path: Path, request: pytest.FixtureRequest) -> ImageOrder:
    """Into a repository of the test's own."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    repository = f"models/{letters.strip('-')}"
    return ordered(registry.address, pushed_base(registry), repository, tmp_path / "prefix", _LARGE)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def _by(order: ImageOrder, proxy: CuttingProxy) -> ImageOrder:
    """The same order, whose destination is reached through the proxy."""
    return attrs.evolve(order, destination=attrs.evolve(order.destination, registry=proxy.address))


def _from(order: ImageOrder, base: ImageReference) -> ImageOrder:
    return attrs.evolve(order, recipe=attrs.evolve(order.recipe, base=base))


def _tags(registry: Registry, order: ImageOrder) -> list[str]:
    return Pusher(registry, order.destination.repository).tags()


def test_a_layer_whose_upload_is_cut_is_sent_again(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path
) -> None:
    with CuttingProxy(registry.address, after=2_000_000, cuts=1).running() as proxy:
        image = LayersImageBuilder(environ).build(_by(order, proxy), workspace, RecordingStep("image"))

    assert proxy.cut == 1
    assert _tags(registry, order) == [image.reference.tag]


def test_a_registry_that_always_cuts_is_told_and_no_tag_is_left(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path
) -> None:
    with (
        CuttingProxy(registry.address, after=2_000_000, cuts=99).running() as proxy,
        pytest.raises(UnavailableError) as caught,
    ):
        LayersImageBuilder(environ).build(_by(order, proxy), workspace, RecordingStep("image"))

    assert str(caught.value) == f"the registry {proxy.address} cut the connection"
    assert caught.value.hint == "Run the command again: what the registry has already is not sent again."
    assert proxy.cut == 3
    assert _tags(registry, order) == []


def test_after_a_cut_only_what_is_missing_is_sent(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path, tmp_path: Path
) -> None:
    with (
        CuttingProxy(registry.address, after=2_000_000, cuts=99).running() as proxy,
        pytest.raises(UnavailableError),
    ):
        LayersImageBuilder(environ).build(_by(order, proxy), workspace, RecordingStep("image"))
    (tmp_path / "again").mkdir()

    image = LayersImageBuilder(environ).build(order, tmp_path / "again", RecordingStep("image"))

    big = next(layer for layer in image.layers if layer.what == "big 1.0")
    assert big.size < image.pushed_bytes <= sum(layer.size for layer in image.layers if layer.what != "base") + 4096


def test_bytes_of_a_cut_upload_are_not_counted_twice(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path
) -> None:
    step = RecordingStep("image")

    with CuttingProxy(registry.address, after=2_000_000, cuts=1).running() as proxy:
        LayersImageBuilder(environ).build(_by(order, proxy), workspace, step)

    total = step.moves[-1][1]
    assert step.moves[-1] == (total, total)
    assert all(done <= (of or 0) for done, of in step.moves)


def test_a_wrong_password_is_told_without_it(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path
) -> None:
    wrong = {**environ, "OCI_MLFLOW_REGISTRY_PASSWORD": "hunter2hunter2"}

    with pytest.raises(RegistryRefusedError) as caught:
        LayersImageBuilder(wrong).build(order, workspace, RecordingStep("image"))

    assert str(caught.value) == f"the registry {registry.address} did not let the user 'alice' in"
    assert caught.value.hint == (
        "See that the password is an auth token that is still valid (Oracle Cloud takes no console password), and that "
        "the user may read and manage the repository."
    )
    assert "hunter2" not in repr(caught.value)


def test_no_login_at_all_is_told_with_what_to_do(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path
) -> None:
    nobody = {"DOCKER_CONFIG": environ["DOCKER_CONFIG"]}

    with pytest.raises(RegistryRefusedError) as caught:
        LayersImageBuilder(nobody).build(order, workspace, RecordingStep("image"))

    assert str(caught.value) == f"the registry {registry.address} asks for a login, and none is known for it"
    assert caught.value.hint == (
        f"Run: docker login {registry.address} — or set OCI_MLFLOW_REGISTRY_USERNAME (<namespace>/<user>) and "
        "OCI_MLFLOW_REGISTRY_PASSWORD (an auth token) for Oracle Cloud's registry."
    )


def test_a_registry_that_is_not_there_is_told(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path
) -> None:
    nowhere = attrs.evolve(order, destination=attrs.evolve(order.destination, registry="127.0.0.1:9"))

    with pytest.raises(UnavailableError) as caught:
        LayersImageBuilder(environ).build(nowhere, workspace, RecordingStep("image"))

    assert str(caught.value) == "the registry 127.0.0.1:9 does not answer"


def test_a_base_that_is_missing_is_told(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path
) -> None:
    base = ImageReference(registry.address, "bases/small", "1", f"sha256:{64 * '0'}")

    with pytest.raises(ImageBuildError) as caught:
        LayersImageBuilder(environ).build(_from(order, base), workspace, RecordingStep("image"))

    assert str(caught.value) == f"the layers image builder failed: the base image {base} is not there"
    assert caught.value.hint == "Name another one in spec.runtime.spec.image.base."


def test_a_base_for_other_machines_is_told(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path
) -> None:
    base = pushed_base(registry, "bases/arm", architecture="arm64")

    with pytest.raises(ImageBuildError) as caught:
        LayersImageBuilder(environ).build(_from(order, base), workspace, RecordingStep("image"))

    assert str(caught.value) == (
        f"the layers image builder failed: the base image {base} is for linux/arm64, and linux/amd64 is wanted"
    )


def test_a_base_that_is_no_image_is_told(
    order: ImageOrder, registry: Registry, environ: dict[str, str], workspace: Path
) -> None:
    pusher = Pusher(registry, "bases/list")
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}
    digest = pusher.manifest("1", index, "application/vnd.oci.image.index.v1+json")
    base = ImageReference(registry.address, "bases/list", "1", digest)

    with pytest.raises(ServiceError) as caught:
        LayersImageBuilder(environ).build(_from(order, base), workspace, RecordingStep("image"))

    assert str(caught.value) == (
        f"what lies in {registry.address}/bases/list is not a container image: its index names no image that is there"
    )


def test_a_full_disk_is_told_and_nothing_is_pushed(
    order: ImageOrder, registry: Registry, environ: dict[str, str], tmp_path: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("a small file system is mounted by root alone")
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], check=True)
    try:
        with pytest.raises(OutOfSpaceError) as caught:
            LayersImageBuilder(environ).build(order, small, RecordingStep("image"))
    finally:
        subprocess.run(["/bin/umount", str(small)], check=True)

    assert str(caught.value) == f"no space left on the disk that holds {small} while making the image"
    assert _tags(registry, order) == []


_PUSHING = """
import sys
from pathlib import Path
from integration.images.orders import ordered
from oci_mlflow_builders.images import splitting
from oci_mlflow_builders.images.builder import LayersImageBuilder
from oci_mlflow_core.model.image import ImageReference
from oci_mlflow_core.testing.progress_sink import RecordingStep

registry, repository, base, folder = sys.argv[1:]
splitting.LARGE = 20_000
order = ordered(registry, ImageReference.parse(base), repository, Path(folder, "killed"), {packages!r})
Path(folder, "killed-workspace").mkdir()
LayersImageBuilder().build(order, Path(folder, "killed-workspace"), RecordingStep("image"))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_command_that_is_ended_in_mid_push_leaves_no_tag(
    how: signal.Signals, order: ImageOrder, registry: Registry, environ: dict[str, str], tmp_path: Path
) -> None:
    script = tmp_path / "pushing.py"
    script.write_text(_PUSHING.format(packages=_LARGE))
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    with CuttingProxy(registry.address, after=2_000_000, cuts=99, holds=True).running() as proxy:
        arguments = [proxy.address, order.destination.repository, str(order.recipe.base), str(tmp_path)]
        process = subprocess.Popen(
            [sys.executable, str(script), *arguments],
            env={**os.environ, **environ, "PYTHONPATH": paths},
            stderr=subprocess.PIPE,
        )
        _await(lambda: proxy.cut > 0, process)

        process.send_signal(how)
        # what was on its way ends when the way does
        proxy.let_go()
        _, said = process.communicate(timeout=60)

    assert process.returncode != 0, said.decode()
    assert _tags(registry, order) == []


def _await(happened: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while not happened():
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < deadline
        time.sleep(0.05)
