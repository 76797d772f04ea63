"""Rules about environment variables."""

from __future__ import annotations

from collections.abc import Iterator

from oci_mlflow_core.spec.limits.told import INFRASTRUCTURE, RUNTIME, Complaint, Told
from oci_mlflow_core.spec.values import TAKEN_PORTS

_MOST_BYTES = 2048


def variables_are_small(told: Told) -> Iterator[Complaint]:
    """Names and values together take less than 2048 bytes; those that other keys stand for count too.

    Source: docstring of environment_variables in
    oci.data_science.models.DefaultModelDeploymentEnvironmentConfigurationDetails.
    """
    size = sum(len((name + (value or "")).encode()) for name, value in told.spec.environment_variables.items())
    if size >= _MOST_BYTES:
        yield Complaint(f"{RUNTIME}.env", f"expected names and values of less than {_MOST_BYTES} bytes, got {size}")


def workers_are_said_once(told: Told) -> Iterator[Complaint]:
    """webConcurrency, inferenceServer and env do not contradict each other.

    Source: Environment variables, Data Science documentation: WEB_CONCURRENCY and CONTAINER_TYPE are plain variables.
    """
    runtime, infrastructure = told.spec.runtime, told.spec.infrastructure
    env = (runtime.env if runtime else None) or {}
    workers = infrastructure.web_concurrency if infrastructure else None
    if workers is not None and env.get("WEB_CONCURRENCY", str(workers)) != str(workers):
        yield _contradiction("WEB_CONCURRENCY", f"{INFRASTRUCTURE}.webConcurrency")
    if f"{RUNTIME}.inferenceServer" in told.mentioned and env.get("CONTAINER_TYPE", "TRITON") != "TRITON":
        yield _contradiction("CONTAINER_TYPE", f"{RUNTIME}.inferenceServer")


def ports_in_variables_are_free(told: Told) -> Iterator[Complaint]:
    """A variable that holds a port does not hold one that the service takes.

    Source: Environment variables for custom containers, Data Science documentation.
    """
    env = (told.spec.runtime.env if told.spec.runtime else None) or {}
    taken = {str(port) for port in TAKEN_PORTS}
    for name, value in env.items():
        if name.upper().endswith("PORT") and value in taken:
            path = f"{RUNTIME}.env.{name}"
            yield Complaint(path, f"expected a port that the service does not take, got {told.quote(path, value)}")


def _contradiction(name: str, other: str) -> Complaint:
    return Complaint(f"{RUNTIME}.env.{name}", f"'{other}' gives this variable another value; give one of the two")
