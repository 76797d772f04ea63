"""Seeing to it that the engine has the image."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import attrs
from oci_mlflow_builders.docker.registries import engine_login, engine_name
from oci_mlflow_builders.redaction import redact

from oci_mlflow_core.model.image import ImageReference
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.local.containers.engine import Engine
from oci_mlflow_plugin.adapters.local.containers.faults import ContainerFault


@attrs.frozen
class Provided:
    """An image that the engine has."""

    #: By which the engine knows it.
    name: str
    #: Of the processors that it is for, such as ``amd64``.
    architecture: str


def provide(
    engine: Engine, reference: str, environ: Mapping[str, str], step: Step, is_ending: Callable[[], bool]
) -> Provided:
    """Pulls the image unless the engine has it.

    Args:
        engine: It answers.
        reference: As the deployment file names the image, with the digest where there is one.
        environ: Where the login of its registry is found, and what answers in its place.
        step: Told how far the pull is.
        is_ending: Whether all is to end.

    Raises:
        ContainerFault: It is not there and cannot be pulled, or `is_ending`.
        ServiceError: The engine refuses, or has gone, or the login cannot be read.
    """
    import docker.errors  # noqa: PLC0415 - an extra, and only needed here

    name = _name_in(reference, environ)
    with engine.told("looking for the image"):
        try:
            return Provided(name, _architecture(engine, name))
        except docker.errors.ImageNotFound:
            step.says(f"pulling the image {reference}")
    login = _login(reference, environ)
    with engine.told("pulling the image"):
        try:
            _pull(engine, name, login, step, is_ending)
            return Provided(name, _architecture(engine, name))
        except docker.errors.APIError as fault:
            raise _absent(engine, name, str(fault.explanation or fault)) from fault


def _name_in(reference: str, environ: Mapping[str, str]) -> str:
    try:
        named = ImageReference.parse(reference)
    except ValueError as fault:
        raise ContainerFault(str(fault)) from fault
    reached = engine_name(named, environ)
    return reference if reached == named else str(reached)


def _login(reference: str, environ: Mapping[str, str]) -> dict[str, str] | None:
    return engine_login(ImageReference.parse(reference).registry, environ)


def _architecture(engine: Engine, name: str) -> str:
    return str(engine.client.images.get(name).attrs.get("Architecture", ""))


def _pull(engine: Engine, name: str, login: dict[str, str] | None, step: Step, is_ending: Callable[[], bool]) -> None:
    repository, tag = _repository_and_tag(name)
    layers: dict[str, tuple[int, int]] = {}
    lines = engine.client.api.pull(repository, tag=tag, stream=True, decode=True, auth_config=login)
    # whoever stops listening ends the pull
    with closing(lines):
        for line in lines:
            if "error" in line:
                raise _absent(engine, name, str(line["error"]))
            if is_ending():
                raise ContainerFault(f"pulling the image {name} was ended")
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
