"""Runs something again and again, killing it (SIGKILL) one step later each time, and prints what each kill left.

A step is a call that may change a file, a folder or a lock; the kill comes before it. The program is run as
``python kill_at_every_step.py FOLDER`` and prints, as JSON, a list for each scenario with one object a kill.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.journal import JournalRecord
from oci_mlflow_core.testing.pack_store import sample_lock, sample_pack
from oci_mlflow_core.testing.progress_sink import RecordingProgress, RecordingStep
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.adapters.home.journal import FileJournal
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.pack_cache.cache import FilePackCache
from oci_mlflow_plugin.adapters.home.workspaces import HomeWorkspaces

#: The functions of the interpreter, by name, that change a file, a folder or a lock.
CHANGING = frozenset(
    [
        "open",
        "write",
        "pwrite",
        "flush",
        "close",
        "ftruncate",
        "fsync",
        "flock",
        "mkdir",
        "rmdir",
        "unlink",
        "rename",
        "replace",
        "link",
        "symlink",
        "utime",
        "chmod",
    ]
)
LOCATION = ObjectLocation.parse("oci://packs@ns/envs/cpu/fraud/1/fraud_v1")
DESTINATION = ObjectLocation.parse("oci://packs@ns/envs")
TARGET = "oci-datascience://local"
INTENT = JournalRecord(kind="model", run_id="run-1")
MADE = JournalRecord(kind="model", run_id="run-1", id="ocid")


def killed_at(step: int, act: Callable[[], object]) -> bool:
    """Whether a child that does `act` came as far as that step, where it was killed."""
    child = os.fork()
    if child == 0:
        _count_down(step)
        act()
        sys.setprofile(None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _count_down(step: int) -> None:
    remaining = iter(range(step))

    def profile(_frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and called.__name__ in CHANGING and next(remaining, None) is None:
            signal.raise_signal(signal.SIGKILL)

    sys.setprofile(profile)


class Scenario:
    """Something to be killed, how its state is read, and how it is done again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.home = Home(folder / "home")
        self.store = FolderPackStore(self.home)
        self.journal = FileJournal(self.home)

    def prepare(self) -> None:
        """Makes the state before."""

    def act(self) -> None:
        """Is killed, and afterwards done again."""
        raise NotImplementedError

    def read(self) -> str:
        """What a reader sees."""
        raise NotImplementedError

    def files(self) -> list[str]:
        """All that lies in the home folder, but for folders that are always there."""
        paths = [path.relative_to(self.home.root) for path in self.home.root.rglob("*")]
        lasting = {"buckets", "journal", "work", "locks", "cache", "cache/packs"}
        return sorted(re.sub("[0-9a-f]{16}", "*", str(path)) for path in paths if str(path) not in lasting)

    def publish(self, content: str, *, overwrite: bool = False) -> None:
        pack = sample_pack(self.folder / content, content.encode(), lock=sample_lock(content))
        self.store.publish(LOCATION, pack, RecordingStep("publish"), overwrite=overwrite)

    def published(self) -> str:
        if self.store.find(LOCATION) is None:
            return "nothing"
        fetched = self.store.fetch(LOCATION, self.folder / "fetched", RecordingStep("fetch"))
        content = fetched.path.read_text()
        lock = sample_lock(content)
        whole = (fetched.lock, fetched.manifest.lock_digest) == (lock, lock.digest)
        return content if whole else "mixed"


class Publish(Scenario):
    def act(self) -> None:
        self.publish("new")

    def read(self) -> str:
        return self.published()


class Overwrite(Publish):
    def prepare(self) -> None:
        self.publish("old")

    def act(self) -> None:
        self.publish("new", overwrite=True)


class OverwriteByHand(Publish):
    def prepare(self) -> None:
        path = self.home.buckets / "ns/packs/envs/cpu/fraud/1/fraud_v1"
        path.parent.mkdir(parents=True)
        pack = sample_pack(path, b"old", lock=sample_lock("old"))
        path.with_name("fraud_v1.manifest.json").write_text(pack.manifest.to_json())
        path.with_name("fraud_v1.lock").write_text(sample_lock("old").to_text())

    def act(self) -> None:
        self.publish("new", overwrite=True)


class Withdraw(Publish):
    def prepare(self) -> None:
        self.publish("old")

    def act(self) -> None:
        self.store.withdraw(LOCATION)


class Stream(Publish):
    def act(self) -> None:
        self.stream("new")

    def stream(self, content: str, *, overwrite: bool = False) -> None:
        pack = sample_pack(self.folder / content, content.encode(), lock=sample_lock(content))
        step = RecordingStep("publish")
        with self.store.begin(LOCATION, pack.manifest, pack.lock, step, overwrite=overwrite) as publication:
            for letter in content:
                publication.write(letter.encode())
            publication.commit(pack.sha256, pack.size)


class StreamOver(Stream):
    def prepare(self) -> None:
        self.publish("old")

    def act(self) -> None:
        self.stream("new", overwrite=True)


class Cache(Scenario):
    @property
    def cache(self) -> FilePackCache:
        return FilePackCache(self.home, RecordingProgress(), SystemClock())

    def act(self) -> None:
        pack, lock = sample_pack(self.folder / "new", b"new"), sample_lock()
        with self.cache.begin(pack.manifest, lock) as writer:
            writer.write(b"ne")
            writer.write(b"w")
            writer.commit(pack.sha256, pack.size)

    def read(self) -> str:
        with self.cache.find(sample_lock().digest, RecordingStep("find")) as pack:
            return pack.path.read_text() if pack else "nothing"


class Prune(Cache):
    def prepare(self) -> None:
        super().act()

    def act(self) -> None:
        self.cache.prune(0)


class KeepLock(Scenario):
    def prepare(self) -> None:
        self.store.keep_lock(DESTINATION, "digest", sample_lock("old"))

    def act(self) -> None:
        self.store.keep_lock(DESTINATION, "digest", sample_lock("new"))

    def read(self) -> str:
        lock = self.store.find_lock(DESTINATION, "digest")
        return lock.pip[0].version if lock else "nothing"


class _JournalScenario(Scenario):
    def read(self) -> str:
        with self.journal.open(TARGET, "fraud") as entry:
            return ",".join(record.id or "intent" for record in entry.leftovers) or "nothing"


class Intend(_JournalScenario):
    def act(self) -> None:
        with self.journal.open(TARGET, "fraud") as entry:
            entry.intend(INTENT)


class Made(Intend):
    def prepare(self) -> None:
        super().act()

    def act(self) -> None:
        with self.journal.open(TARGET, "fraud") as entry:
            entry.made(MADE)


class Settle(_JournalScenario):
    def prepare(self) -> None:
        with self.journal.open(TARGET, "fraud") as entry:
            entry.made(MADE)

    def act(self) -> None:
        with self.journal.open(TARGET, "fraud") as entry:
            entry.settled(MADE)


class Work(Scenario):
    def act(self) -> None:
        with HomeWorkspaces(self.home, RecordingProgress()).open("build") as folder:
            (folder / "artifact").mkdir()
            (folder / "artifact" / "file").touch()
            (folder / "artifact").chmod(0o555)

    def read(self) -> str:
        return "nothing"


SCENARIOS: dict[str, type[Scenario]] = {
    "publish": Publish,
    "overwrite": Overwrite,
    "overwrite-by-hand": OverwriteByHand,
    "withdraw": Withdraw,
    "stream": Stream,
    "stream-over": StreamOver,
    "cache": Cache,
    "prune": Prune,
    "keep-lock": KeepLock,
    "intend": Intend,
    "made": Made,
    "settle": Settle,
    "work": Work,
}


def observe(kind: type[Scenario], root: Path) -> list[dict[str, object]]:
    observations: list[dict[str, object]] = []
    for step in itertools.count():
        scenario = kind(root / str(step))
        scenario.prepare()
        if not killed_at(step, scenario.act):
            return observations
        seen = scenario.read()
        tidied = scenario.files()
        scenario.act()
        observations.append({"seen": seen, "tidied": tidied, "again": scenario.read(), "left": scenario.files()})
    raise AssertionError


if __name__ == "__main__":
    # What is killed loses nothing that the system has taken; only a power cut does, and synchronising takes time.
    setattr(os, "fsync", lambda _descriptor: None)  # noqa: B010 - a plain assignment has another type
    kills = {name: observe(kind, Path(sys.argv[1]) / name) for name, kind in SCENARIOS.items()}
    print(json.dumps(kills))  # noqa: T201 - read by the test
