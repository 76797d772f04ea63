"""Keeps state on a disk that has no byte left, and prints what came of it as JSON.

Run as ``python on_a_full_disk.py DISK ELSEWHERE``, where DISK is a small empty disk and ELSEWHERE a folder on another.
"""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from pathlib import Path

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.journal import JournalRecord
from oci_mlflow_core.testing.pack_store import sample_lock, sample_pack
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.atomic import write_text
from oci_mlflow_plugin.adapters.home.journal import FileJournal
from oci_mlflow_plugin.adapters.home.layout import Home

LOCATION = ObjectLocation.parse("oci://packs@ns/envs/fraud_v1")
STEP = RecordingStep("step")


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as filler:
        while True:
            try:
                filler.write(bytes(4096))
            except OSError as fault:  # noqa: PERF203 - it has to fail once
                if fault.errno != errno.ENOSPC:
                    raise
                return


def observe(disk: Path, act: Callable[[], object]) -> dict[str, object]:
    before = snapshot(disk)
    try:
        act()
    except DeploymentError as fault:
        return {"error": str(fault), "hint": fault.hint, "unchanged": snapshot(disk) == before}
    return {"error": None}


def snapshot(disk: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in disk.rglob("*") if path.is_file()}


def intend(journal: FileJournal) -> None:
    with journal.open("oci-datascience://local", "fraud") as entry:
        entry.intend(JournalRecord(kind="model", run_id="run-1"))


def main(disk: Path, elsewhere: Path) -> dict[str, dict[str, object]]:
    home = Home(disk / "home")
    store = FolderPackStore(home)
    pack = sample_pack(elsewhere / "pack", bytes(2 << 20))
    observations = {"publish": observe(disk, lambda: store.publish(LOCATION, pack, STEP))}
    observations["publish"]["left"] = [str(path) for path in home.buckets.rglob("*")]
    store.publish(LOCATION, sample_pack(elsewhere / "old", b"old"), STEP)
    write_text(disk / "file", "old", "writing")
    for folder in (home.locks, home.journal):
        home.make(folder)
    fill(disk)

    overwrite = observe(disk, lambda: store.publish(LOCATION, pack, STEP, overwrite=True))
    remote = FolderPackStore(Home(elsewhere / "home"))
    remote.publish(LOCATION, pack, STEP)
    return {
        **observations,
        "overwrite": overwrite,
        "fetch": observe(disk, lambda: remote.fetch(LOCATION, disk / "fetched", STEP)),
        "keep-lock": observe(
            disk, lambda: store.keep_lock(ObjectLocation.parse("oci://packs@ns/envs"), "digest", sample_lock())
        ),
        "text": observe(disk, lambda: write_text(disk / "file", "new" * 10_000, "writing the file")),
        "intend": observe(disk, lambda: intend(FileJournal(home))),
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))  # noqa: T201 - read by the test
