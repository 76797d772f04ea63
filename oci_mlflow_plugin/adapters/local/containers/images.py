"""Seeing to it that the engine has the image."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from oci_mlflow_builders.redaction import redact

from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.local.containers.engine import Engine
from oci_mlflow_plugin.adapters.local.containers.faults import ContainerFault


def provide(engine: Engine, reference: str, step: Step, is_ending: Callable[[], bool]) -> str:
    """Pulls the image unless the engine has it; says for which processor it is, such as ``amd64``.

    Raises:
        ContainerFault: It is not there and cannot be pulled, or `is_ending`.
        ServiceError: The engine refuses, or has gone.
    """
    import docker.errors  # noqa: PLC0415 - an extra, and only needed here

    with engine.told("looking for the image"):
        try:
            return _architecture(engine, reference)
        except docker.errors.ImageNotFound:
            step.says(f"pulling the image {reference}")
        try:
            _pull(engine, reference, step, is_ending)
            return _architecture(engine, reference)
        except docker.errors.APIError as fault:
            raise _absent(engine, reference, str(fault.explanation or fault)) from fault


def _architecture(engine: Engine, reference: str) -> str:
    return str(engine.client.images.get(reference).attrs.get("Architecture", ""))


def _pull(engine: Engine, reference: str, step: Step, is_ending: Callable[[], bool]) -> None:
    repository, tag = _repository_and_tag(reference)
    layers: dict[str, tuple[int, int]] = {}
    lines = engine.client.api.pull(repository, tag=tag, stream=True, decode=True)
    # whoever stops listening ends the pull
    with closing(lines):
        for line in lines:
            if "error" in line:
                raise _absent(engine, reference, str(line["error"]))
            if is_ending():
                raise ContainerFault(f"pulling the image {reference} was ended")
            _note(line, layers)
            total = sum(size for _, size in layers.values())
            if total:
                step.moved(sum(done for done, _ in layers.values()), total)


def _note(line: Mapping[str, Any], layers: dict[str, tuple[int, int]]) -> None:
    """Keeps how much of a layer was downloaded; what comes after that is unpacking, with the same numbers."""
    detail, layer = line.get("progressDetail") or {}, str(line.get("id", ""))
    if line.get("status") == "Downloading" and detail.get("total"):
        layers[layer] = int(detail.get("current", 0)), int(detail["total"])
    elif line.get("status") in {"Download complete", "Pull complete"} and layer in layers:
        layers[layer] = layers[layer][1], layers[layer][1]


def _absent(engine: Engine, reference: str, said: str) -> ContainerFault:
    return ContainerFault(
        f"the image {reference} is not in the container engine at {engine.host}, and pulling it failed: "
        f"{redact(said).strip()}"
    )


def _repository_and_tag(reference: str) -> tuple[str, str]:
    """As the SDK wants them: a digest stands where a tag does."""
    if "@" in reference:
        named, _, digest = reference.partition("@")
        repository, colon, tag = named.rpartition(":")
        return (repository if colon and "/" not in tag else named), digest
    repository, colon, tag = reference.rpartition(":")
    return (repository, tag) if colon and "/" not in tag else (reference, "latest")
