"""Another registry can answer in place of Oracle Cloud's."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.registry.hosts import ENDPOINT_VARIABLE, answers_at

_THERE = {ENDPOINT_VARIABLE: "http://127.0.0.1:5000"}


@pytest.mark.parametrize("registry", ["iad.ocir.io", "ocir.us-ashburn-1.oci.oraclecloud.com"])
def test_the_endpoint_answers_for_the_registries_of_oracle_cloud(registry: str) -> None:
    assert answers_at(registry, _THERE) == "127.0.0.1:5000"


@pytest.mark.parametrize(("registry", "host"), [("docker.io", "registry-1.docker.io"), ("ghcr.io", "ghcr.io")])
def test_other_registries_answer_for_themselves(registry: str, host: str) -> None:
    assert answers_at(registry, _THERE) == host


@pytest.mark.parametrize("environ", [{}, {ENDPOINT_VARIABLE: " "}])
def test_without_an_endpoint_oracle_cloud_answers_for_itself(environ: dict[str, str]) -> None:
    assert answers_at("iad.ocir.io", environ) == "iad.ocir.io"
