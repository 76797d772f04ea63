"""Container deployments are forwarded to the servers that were named for their images, and some runtimes serve none."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from pathlib import Path

from integration.oci_twin.data_plane_rig import answer, container
from integration.oci_twin.runtime_rig import DEPLOYMENT, Rig, outcome
from oci_twin.runtime.none import NoRuntime
from oci_twin.runtime.port import ContainerServing, Failed, Ready

_IMAGE = "iad.ocir.io/tests/serving:1"
_STEP = f"Pulling the image {_IMAGE}."


class _Health:
    """Answers 503 until it was asked often enough."""

    def __init__(self, sick: int) -> None:
        self._left = sick
        self.asked: list[str] = []

    def __call__(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self._left -= 1
        self.asked.append(f"{handler.command} {handler.path}")
        answer(handler, 200 if self._left < 0 else 503, b"{}")


def _deploy(folder: Path, images: dict[str, str], seconds: float = 30) -> tuple[Rig, Ready | Failed]:
    rig = Rig(folder, {}, images=images, start_seconds=seconds)
    return rig, outcome(rig.runtime.prepare(DEPLOYMENT, 1, ContainerServing(_IMAGE)))


def test_an_image_is_served_by_the_server_that_was_named_for_it(tmp_path: Path) -> None:
    health = _Health(sick=0)

    with container(health) as url:
        rig, ready = _deploy(tmp_path, {_IMAGE: f"{url}/"})

    assert ready == Ready(url, (_STEP, "The inference server is ready."))
    assert rig.runtime.server_url(DEPLOYMENT, 1) == url
    assert health.asked == ["GET /health"]


def test_a_container_may_take_its_time_to_become_healthy(tmp_path: Path) -> None:
    health = _Health(sick=2)

    with container(health) as url:
        _, ready = _deploy(tmp_path, {_IMAGE: url})

    assert isinstance(ready, Ready)
    assert health.asked == ["GET /health"] * 3


def test_a_container_that_stays_sick_fails(tmp_path: Path) -> None:
    with container(_Health(sick=1000)) as url:
        _, failed = _deploy(tmp_path, {_IMAGE: url}, seconds=0.4)

    reason = f"the container of {_IMAGE} did not become healthy within 0.4 s: GET /health answers 503"
    assert failed == Failed(reason, (_STEP,))


def test_an_image_that_nobody_named_is_not_accessible(tmp_path: Path) -> None:
    _, failed = _deploy(tmp_path, {})

    assert failed == Failed(f"image not accessible: {_IMAGE}", (_STEP,))


def test_the_wait_for_a_container_can_be_stopped(tmp_path: Path) -> None:
    with container(_Health(sick=1000)) as url:
        rig = Rig(tmp_path, {}, images={_IMAGE: url})
        preparation = rig.runtime.prepare(DEPLOYMENT, 1, ContainerServing(_IMAGE))

        rig.runtime.stop(DEPLOYMENT, 1)

        assert outcome(preparation) == Failed("the preparation was stopped", (_STEP,))


def test_a_stopped_container_has_no_url_any_more(tmp_path: Path) -> None:
    with container(_Health(sick=0)) as url:
        rig, _ = _deploy(tmp_path, {_IMAGE: url})

        rig.runtime.stop(DEPLOYMENT, 1)

    assert rig.runtime.server_url(DEPLOYMENT, 1) is None


def test_no_runtime_finds_everything_ready_and_serves_nothing() -> None:
    runtime = NoRuntime()

    ready = runtime.prepare(DEPLOYMENT, 1, ContainerServing(_IMAGE)).poll()

    assert ready == Ready(None)
    assert runtime.server_url(DEPLOYMENT, 1) is None
