"""How long a pack takes into Object Storage, beside the SDK's ``UploadManager`` and beside one plain ``put_object``.

The services are the twin of the tests, in a process of its own; what is measured is this machine's share: reading,
hashing, sending, and the calls around it. All do the same in turn, in an order that turns from round to round. Each
gets a pack of its own in every round, of random bytes, which is removed again. ``copy`` copies the file on the disk.

The last line holds the medians of the rounds' ratios: ``publish_to_upload_manager=… publish_to_put_object=…``.

    python benchmarks/publish.py [--megabytes 200] [--rounds 5] [--part-mib 16] [--workers 4] [--compare-sizes]

With ``--compare-sizes`` it publishes with several sizes of parts and numbers of workers instead.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from oci_mlflow_core.model.pack import ObjectLocation, PackFile, PackManifest
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

OURS, MANAGER, PUT, COPY = "publish", "upload_manager", "put_object", "copy"
_MIB = 1 << 20


@contextmanager
def twin_in_a_process(folder: Path) -> Iterator[dict[str, str]]:
    """The twin; what its ``env.sh`` says."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "oci_twin", "--home", str(folder), "--runtime", "none"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or not process.stdout.readline().startswith("ready "):
            raise SystemExit("the twin did not start")
        yield variables_in(folder / "env.sh")
    finally:
        process.terminate()
        process.wait()


def variables_in(env_file: Path) -> dict[str, str]:
    words = shlex.split(env_file.read_text(encoding="utf-8"))
    return dict(word.split("=", 1) for word in words if "=" in word)


@attrs.frozen
class Publishing:
    """The ways to get a file into the bucket; each takes the seconds that it needs."""

    environ: dict[str, str]
    folder: Path
    sizes: Sizes

    def pack(self, size: int) -> PackFile:
        """A pack of random bytes, on the disk."""
        path = self.folder / "pack"
        digest = hashlib.sha256()
        with path.open("wb") as stream:
            for _ in range(0, size, _MIB):
                digest.update(block := os.urandom(_MIB))
                stream.write(block)
            os.fsync(stream.fileno())
        manifest = PackManifest(name="pack", version="1", slug="pack_v1", python="3.11.7")
        return PackFile(path=path, sha256=digest.hexdigest(), size=path.stat().st_size, manifest=manifest)

    def publish(self, pack: PackFile, sizes: Sizes | None = None) -> float:
        """With the pack store."""
        connection = Connection(Session(target=Target(), home=self.folder), environ=self.environ)
        store = OciPackStore(connection, sizes or self.sizes)
        location = ObjectLocation.parse(f"oci://{self.environ['TWIN_BUCKET']}@{self.environ['TWIN_NAMESPACE']}/pack")
        connection.object_storage.get_namespace()
        taken = seconds(lambda: store.publish(location, pack, RecordingStep("publish")))
        store.withdraw(location)
        return taken

    def upload_manager(self, pack: PackFile) -> float:
        """With the SDK's own transfer, as it is without any setting."""
        import oci  # noqa: PLC0415 - after the store's

        client, place = self._client()
        manager = oci.object_storage.UploadManager(client)
        taken = seconds(lambda: manager.upload_file(*place, str(pack.path)))
        client.delete_object(*place)
        return taken

    def put_object(self, pack: PackFile) -> float:
        """The file in one call."""
        client, place = self._client()
        with pack.path.open("rb") as stream:
            taken = seconds(lambda: client.put_object(*place, stream))
        client.delete_object(*place)
        return taken

    def copy(self, pack: PackFile) -> float:
        """To the same disk."""
        to = self.folder / "copy"

        def copied() -> None:
            shutil.copyfile(pack.path, to)
            with to.open("rb") as stream:
                os.fsync(stream.fileno())

        taken = seconds(copied)
        to.unlink()
        return taken

    def _client(self) -> tuple[Any, tuple[str, str, str]]:
        import oci  # noqa: PLC0415 - after the store's

        config = oci.config.from_file(self.environ["OCI_CONFIG_FILE"])
        client = oci.object_storage.ObjectStorageClient(config, service_endpoint=self.environ["TWIN_URL"])
        client.get_namespace()
        return client, (self.environ["TWIN_NAMESPACE"], self.environ["TWIN_BUCKET"], "object")


def seconds(function: Callable[[], object]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def measure(
    ways: dict[str, Callable[[PackFile], float]], make: Callable[[], PackFile], rounds: int
) -> dict[str, list[float]]:
    """Seconds of each way in each round; the order turns from round to round, and the first one does not count."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    names = list(ways)
    for number in range(rounds + 1):
        turned = names[number % len(names) :] + names[: number % len(names)]
        for name in turned:
            value = ways[name](make())
            if number:
                taken[name].append(value)
    return taken


def ratio(taken: dict[str, list[float]], name: str, other: str) -> float:
    """The median of the rounds' ratios: what is measured in one round meets the same load."""
    return statistics.median(one / two for one, two in zip(taken[name], taken[other], strict=True))


def show(taken: dict[str, list[float]], size: int) -> None:
    for name, values in taken.items():
        median = statistics.median(values)
        speed = size / median / 1e6
        print(f"{name:<20} median {median:6.3f} s  fastest {min(values):6.3f} s  {speed:7.0f} MB/s  of {len(values)}")


def main() -> None:
    options = arguments()
    size = options.megabytes * 1_000_000 // _MIB * _MIB
    sizes = Sizes(part=options.part_mib * _MIB, workers=options.workers)
    with tempfile.TemporaryDirectory() as folder, twin_in_a_process(Path(folder) / "twin") as variables:
        publishing = Publishing({**os.environ, **variables}, Path(folder), sizes)
        ways = compared_sizes(publishing) if options.compare_sizes else compared_ways(publishing)
        taken = measure(ways, lambda: publishing.pack(size), options.rounds)
    show(taken, size)
    if not options.compare_sizes:
        against = {name: ratio(taken, OURS, name) for name in (MANAGER, PUT, COPY)}
        print(" ".join(f"publish_to_{name}={value:.3f}" for name, value in against.items()))
    else:
        best = min(taken, key=lambda name: statistics.median(taken[name]))
        print(f"best={best}")


def compared_ways(publishing: Publishing) -> dict[str, Callable[[PackFile], float]]:
    return {
        OURS: publishing.publish,
        MANAGER: publishing.upload_manager,
        PUT: publishing.put_object,
        COPY: publishing.copy,
    }


def compared_sizes(publishing: Publishing) -> dict[str, Callable[[PackFile], float]]:
    def with_sizes(part: int, workers: int) -> Callable[[PackFile], float]:
        return lambda pack: publishing.publish(pack, Sizes(part=part * _MIB, workers=workers))

    return {
        f"{part}_MiB_x_{workers}": with_sizes(part, workers) for part in (8, 16, 32, 64) for workers in (1, 2, 4, 8)
    }


def arguments() -> argparse.Namespace:
    usual = Sizes()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200, help="size of the pack (default: 200)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each that count (default: 5)")
    parser.add_argument("--part-mib", type=int, default=usual.part // _MIB, help="size of the store's parts")
    parser.add_argument("--workers", type=int, default=usual.workers, help="parts that the store sends at once")
    parser.add_argument("--compare-sizes", action="store_true", help="compare sizes of parts and numbers of workers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
