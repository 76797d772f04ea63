from __future__ import annotations

from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError, UnavailableError
from oci_mlflow_plugin.adapters.local.containers.engine import check_engine


def test_an_engine_that_does_not_answer_is_named(tmp_path: Path) -> None:
    host = f"unix://{tmp_path}/docker.sock"

    with pytest.raises(UnavailableError) as refused:
        check_engine({"DOCKER_HOST": host})

    assert str(refused.value) == f"no container engine answers at {host} (No such file or directory)"
    assert refused.value.hint == "Start Docker or podman's socket, or let DOCKER_HOST name one that runs."


def test_an_engine_of_another_machine_cannot_mount_the_model() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        check_engine({"DOCKER_HOST": "tcp://engine.example.com:2375"})

    assert str(refused.value) == (
        "the container engine at tcp://engine.example.com:2375 is on another machine, which cannot mount the model's "
        "files of this one"
    )
