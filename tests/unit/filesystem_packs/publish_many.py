"""Publishes a pack of its own at many locations, or again and again at one, at the same time as others do.

Run as ``python publish_many.py HOME NAME LOCATIONS ROUNDS OVERWRITE``; says ``ready``, waits for a line and prints what
came of each.
"""
# ruff: noqa: T201 - printing is how it answers the test

from __future__ import annotations

import sys
from pathlib import Path

from oci_mlflow_core.errors import PackConflictError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.testing.pack_store import sample_lock, sample_pack
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home


def main(root: Path, name: str, locations: int, rounds: int, *, overwrite: bool) -> None:
    store = FolderPackStore(Home(root / "home"))
    pack = sample_pack(root / f"{name}.tar.gz", name.encode() * 1000, lock=sample_lock(name))
    step = RecordingStep("publish")
    print("ready", flush=True)
    sys.stdin.readline()
    for number in [*range(locations)] * rounds:
        location = ObjectLocation.parse(f"oci://packs@ns/envs/fraud/{number}/pack")
        try:
            store.publish(location, pack, step, overwrite=overwrite)
        except PackConflictError:
            print("lost")
        else:
            print("won")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), overwrite=sys.argv[5] == "overwrite")
