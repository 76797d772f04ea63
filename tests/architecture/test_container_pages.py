"""What the pages about container images show fits together, and fits MLflow; the files run in the end-to-end tests."""

from __future__ import annotations

import re

from documentation_blocks import ROOT, block
from mlflow.models.container import DEFAULT_INFERENCE_SERVER_PORT, DEFAULT_NGINX_SERVER_PORT

from oci_mlflow_core.spec.reading import read_spec
from oci_mlflow_core.spec.runtime import ContainerRuntime

_OWN = ROOT / "docs" / "how-to" / "own-server"
_THEIRS = "An image of `mlflow models build-docker`"


def _container(page: str, heading: str) -> ContainerRuntime:
    text = block(page, heading, "yaml")
    runtime = read_spec(text, source="deploy.yaml", folder=ROOT, environ={}).spec.runtime
    assert isinstance(runtime, ContainerRuntime)
    return runtime


def test_the_proxy_of_the_own_server_listens_where_the_deployment_asks() -> None:
    runtime = _container("how-to/own-server.md", "Build, push, deploy")
    listens = re.findall(r"listen (\d+);", (_OWN / "nginx.conf").read_text(encoding="utf-8"))
    exposed = re.findall(r"^EXPOSE (\d+)$", (_OWN / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)

    assert listens == exposed == [str(runtime.server_port)]
    assert runtime.health_check_port == runtime.server_port


def test_the_proxy_of_the_own_server_asks_the_server_behind_it() -> None:
    asked = re.findall(r"proxy_pass http://127.0.0.1:(\d+)/(\w+);", (_OWN / "nginx.conf").read_text(encoding="utf-8"))
    port = re.search(r"--port (\d+)", (_OWN / "serve.sh").read_text(encoding="utf-8"))

    assert port is not None
    assert asked == [(port[1], "invocations"), (port[1], "ping")]


def test_every_file_of_the_own_server_is_shown() -> None:
    page = (ROOT / "docs" / "how-to" / "own-server.md").read_text(encoding="utf-8")

    shown = re.findall(r"\{literalinclude\} own-server/(\S+)", page)

    assert sorted(shown) == sorted(path.name for path in _OWN.iterdir())


def test_an_image_of_mlflow_is_asked_at_the_ports_that_mlflow_gives_it() -> None:
    runtime = _container("how-to/containers.md", _THEIRS)

    assert runtime.server_port == DEFAULT_NGINX_SERVER_PORT
    assert runtime.health_check_port == DEFAULT_INFERENCE_SERVER_PORT


def test_the_image_that_gets_curl_is_the_one_that_mlflow_makes() -> None:
    dockerfile = block("how-to/containers.md", _THEIRS, "dockerfile")
    commands = block("how-to/containers.md", _THEIRS, "console")

    made = re.search(r"build-docker .*--name (\S+)", commands)

    assert made is not None
    assert dockerfile.startswith(f"FROM {made[1]}\n")
    assert " curl " in dockerfile
