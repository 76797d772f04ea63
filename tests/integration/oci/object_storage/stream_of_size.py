"""Streams packs in a process of its own: ``python stream_of_size.py URL CONFIG_FILE HOME MEGABYTES``.

Prints the highest number of bytes that the process ever had in memory.
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
from pathlib import Path

from integration.oci.object_storage import rig

from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

_MEGABYTE = os.urandom(1_000_000)


class _QuietStep(RecordingStep):
    """Remembers nothing, so that what is remembered does not count."""

    def moved(self, done: int, total: int | None) -> None:
        return


def main() -> None:
    url, config_file, home, megabytes = sys.argv[1:]
    environ = {**os.environ, "OCI_MLFLOW_ENDPOINT": url, "OCI_MLFLOW_CONFIG_FILE": config_file}
    session = Session(target=Target(), home=Path(home))
    store = OciPackStore(Connection(session, environ=environ))
    manifest, digest = rig.small_pack(Path(home) / "pack").manifest, hashlib.sha256()
    with store.begin(rig.LOCATION, manifest, sample_lock(), _QuietStep("publish")) as publication:
        for _ in range(int(megabytes)):
            publication.write(_MEGABYTE)
            digest.update(_MEGABYTE)
        publication.commit(digest.hexdigest(), int(megabytes) * len(_MEGABYTE))
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}\n")


if __name__ == "__main__":
    main()
