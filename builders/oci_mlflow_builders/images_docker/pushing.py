"""Pushing by the engine, with the user's login."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import attrs

from oci_mlflow_builders.docker.engine import Engine
from oci_mlflow_builders.docker.registries import engine_login
from oci_mlflow_builders.images_docker.faults import NAME
from oci_mlflow_builders.redaction import redact
from oci_mlflow_core.errors import ImageBuildError, RegistryRefusedError
from oci_mlflow_core.model.image import ImageReference
from oci_mlflow_core.ports.progress_sink import Step

_NOT_LET_IN = ("unauthorized", "authentication required", "no basic auth", "denied", "forbidden")


@attrs.frozen
class Pushed:
    """What the registry has now."""

    #: ``sha256:…`` of the manifest.
    digest: str
    #: Of the layers that had to be sent, what the engine calls them: the first digits of their `diff_id`.
    sent: frozenset[str]


def push(
    engine: Engine, to: ImageReference, user_sees: ImageReference, environ: Mapping[str, str], step: Step
) -> Pushed:
    """Pushes the image of the name `to`, which the user calls `user_sees`.

    Raises:
        ImageBuildError: The registry or the engine refuses.
        RegistryRefusedError: The user may not push there.
        BuildError: The engine has gone.
    """
    step.says(f"pushing to {user_sees.place}")
    login = engine_login(user_sees.registry, environ)
    sizes: dict[str, tuple[int, int]] = {}
    digest, sent = "", set()
    with engine.told("pushing the image"):
        lines = engine.client.api.push(to.place, tag=to.tag, stream=True, decode=True, auth_config=login)
        # whoever stops listening ends the push
        with closing(lines):
            for line in lines:
                if "error" in line:
                    raise _refused(user_sees, str(line["error"]))
                digest = str((line.get("aux") or {}).get("Digest") or digest)
                if line.get("status") == "Pushed":
                    sent.add(str(line.get("id")))
                _note(line, sizes, step)
    if not digest:
        raise ImageBuildError(NAME, f"the engine at {engine.host} did not say under which digest it pushed the image")
    return Pushed(digest, frozenset(sent))


def _note(line: Mapping[str, Any], sizes: dict[str, tuple[int, int]], step: Step) -> None:
    detail = line.get("progressDetail") or {}
    if detail.get("total"):
        total = int(detail["total"])
        sizes[str(line.get("id"))] = min(int(detail.get("current", 0)), total), total
        step.moved(sum(done for done, _ in sizes.values()), sum(size for _, size in sizes.values()))


def _refused(to: ImageReference, said: str) -> ImageBuildError | RegistryRefusedError:
    shown = redact(said).strip()
    if any(word in shown.lower() for word in _NOT_LET_IN):
        return RegistryRefusedError(
            f"the registry {to.registry} does not take the image {to}: {shown}",
            f"Run: docker login {to.registry} — or see that the user may manage the repository.",
        )
    return ImageBuildError(NAME, f"the image could not be pushed to {to}: {shown}")
