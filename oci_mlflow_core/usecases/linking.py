"""Telling the registry where a version is served, and where it no longer is."""

from __future__ import annotations

import contextlib

from oci_mlflow_core.errors import DeploymentError, NoSuchModelError
from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.planning.links import link_tags, unlink_keys
from oci_mlflow_core.usecases.ports import Ports


def link_instead(ports: Ports, before: Deployment, after: Deployment, version: ModelVersion) -> None:
    """Links `after` to the version, and takes off what spoke of it as it was before.

    Raises:
        ArtifactError: The registry cannot be asked.
    """
    if before.model_uri not in {"", version.pinned_uri}:
        # where the version is no longer there, its tags are gone with it
        with contextlib.suppress(NoSuchModelError):
            unlink(ports, before)
    tags = link_tags(after)
    stale = tuple(key for key in unlink_keys(before, ports.source.tags(version)) if key not in tags)
    if stale:
        ports.source.unlink(version, stale)
    ports.source.link(version, tags)


def unlink(ports: Ports, deployment: Deployment) -> dict[str, str]:
    """Takes the deployment's tags off the version that it serves; those that were taken off.

    Raises:
        ArtifactError: The registry cannot be asked, or does not know the version.
    """
    version = ports.source.resolve(deployment.model_uri)
    tags = ports.source.tags(version)
    taken = {key: tags[key] for key in unlink_keys(deployment, tags)}
    if taken:
        ports.source.unlink(version, tuple(taken))
    return taken


def version_to_link(ports: Ports, deployment: Deployment) -> ModelVersion | None:
    """The version that the deployment serves; None, with a note, where the registry does not tell."""
    if not deployment.model_uri:
        return None
    try:
        return ports.source.resolve(deployment.model_uri)
    except DeploymentError as refusal:
        ports.progress.note(f"the registry is not told the deployment's new name: {refusal}")
        return None
