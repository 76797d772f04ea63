"""Removes what the demonstration made."""

from __future__ import annotations

from pathlib import Path

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.ports.pack_cache import PackCache
from oci_mlflow_core.ports.progress_sink import ProgressSink
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.removal import remove_tree
from oci_mlflow_plugin.cli.demonstration import serving
from oci_mlflow_plugin.cli.demonstration.place import BUCKET, DEPLOYMENT, NAMESPACE, TARGET, Place
from oci_mlflow_plugin.composition import compose_pack_cache, discard_environment, session_of

_PLACE = f"oci://{BUCKET}@{NAMESPACE}/"


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
        _discard_kept(home, compose_pack_cache(session_of(Target.parse(TARGET)), progress, SystemClock()))
        _remove(namespace / BUCKET)
        _remove(place.folder)
        if namespace.is_dir() and not any(namespace.iterdir()):
            namespace.rmdir()


def _discard_environments(bucket: Path) -> None:
    session = session_of(Target.parse(TARGET))
    for line in bucket.rglob("*.sha256"):
        discard_environment(session, line.read_text(encoding="utf-8").split()[0])


def _discard_kept(home: Home, cache: PackCache) -> None:
    """Packs that are kept for the next time, and the locks that name them."""
    packs = [pack.lock_digest for pack in cache.list() if pack.manifest.pack_path.startswith(_PLACE)]
    for digest in packs:
        cache.remove(digest)
    for file in home.kept_locks.glob("*.json"):
        lock = cache.find_lock(file.stem)
        if lock is not None and lock.digest in packs:
            file.unlink()


def _remove(folder: Path) -> None:
    try:
        remove_tree(folder)
    except OSError as fault:
        raise InvalidRequestError(f"{folder} cannot be removed: {fault.strerror or fault}") from fault
