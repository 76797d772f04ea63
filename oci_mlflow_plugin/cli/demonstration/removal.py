"""Removes what the demonstration made."""

from __future__ import annotations

from pathlib import Path

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.ports.progress_sink import ProgressSink
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.removal import remove_tree
from oci_mlflow_plugin.cli.demonstration import serving
from oci_mlflow_plugin.cli.demonstration.place import BUCKET, DEPLOYMENT, NAMESPACE, TARGET, Place
from oci_mlflow_plugin.composition import discard_environment, session_of


def remove(home: Home, place: Place, progress: ProgressSink) -> None:
    """Stops the server, and removes the deployment, its pack, and the demonstration's registry; twice is no error.

    Raises:
        InvalidRequestError: Something cannot be removed, or the deployment is not the demonstration's.
    """
    if serving.existing() is not None:
        serving.client().delete_deployment(DEPLOYMENT)
    with progress.step("remove the demo's packs, environments, models and files"):
        namespace = home.buckets / NAMESPACE
        _discard_environments(namespace / BUCKET)
        _remove(namespace / BUCKET)
        _remove(place.folder)
        if namespace.is_dir() and not any(namespace.iterdir()):
            namespace.rmdir()


def _discard_environments(bucket: Path) -> None:
    session = session_of(Target.parse(TARGET))
    for line in bucket.rglob("*.sha256"):
        discard_environment(session, line.read_text(encoding="utf-8").split()[0])


def _remove(folder: Path) -> None:
    try:
        remove_tree(folder)
    except OSError as fault:
        raise InvalidRequestError(f"{folder} cannot be removed: {fault.strerror or fault}") from fault
