"""A pack store over the twin, and looks behind its back with the SDK alone."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import oci
from oci_twin.beginning import beginning, restore
from oci_twin.http.faults import Fault
from oci_twin.state import State
from oci_twin.twin import Twin

from oci_mlflow_core.model.pack import ObjectLocation, PackFile, StoredPack
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_core.testing.sample_packs import sample_lock, sample_pack
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

NAMESPACE, BUCKET = "ns", "packs"
LOCATION = ObjectLocation.parse(f"oci://{BUCKET}@{NAMESPACE}/envs/cpu/fraud/1/fraud_v1")
#: Small enough that tests are quick, large enough that a part is several blocks.
PART = 300_000
SIZES = Sizes(part=PART, workers=3)
#: Bytes that a packer gives at once.
_WRITTEN = 70_000
#: Four parts, the last one shorter.
PARTS = 4


@contextmanager
def serving(home: Path) -> Iterator[Twin]:
    """A twin whose namespace and bucket have the names that locations in tests have."""
    state = State(home)
    restore(state, attrs.evolve(beginning(state), namespace=NAMESPACE, bucket=BUCKET))
    state.close()
    with Twin(home) as twin:
        yield twin


def environment_of(twin: Twin) -> dict[str, str]:
    return {"OCI_MLFLOW_ENDPOINT": twin.url, "OCI_MLFLOW_CONFIG_FILE": str(twin.config_file)}


def connection_to(twin: Twin, home: Path, clock: Clock | None = None) -> Connection:
    session = Session(target=Target(), home=home)
    return Connection(session, environ={**os.environ, **environment_of(twin)}, clock=clock)


def store_on(twin: Twin, home: Path, sizes: Sizes = SIZES) -> OciPackStore:
    """A store whose waits take no time."""
    return OciPackStore(connection_to(twin, home, ManualClock()), sizes)


@functools.cache
def client_of(twin: Twin) -> Any:
    return oci.object_storage.ObjectStorageClient(
        twin.sdk_config(),
        service_endpoint=twin.url,
        retry_strategy=oci.retry.NoneRetryStrategy(),
        circuit_breaker_strategy=oci.circuit_breaker.NoCircuitBreakerStrategy(),
    )


def large_pack(path: Path, seed: int = 1) -> PackFile:
    """A pack of `PARTS` parts; another one for each seed."""
    content = bytes((seed + number) % 251 for number in range(PART)) * 3 + b"the rest"
    return sample_pack(path, content, lock=sample_lock(f"{seed}.0"))


def stream(store: OciPackStore, pack: PackFile, step: Step, *, overwrite: bool = False) -> StoredPack:
    """Publishes the bytes of the pack as if they were just being made."""
    content = pack.path.read_bytes()
    with store.begin(LOCATION, pack.manifest, pack.lock, step, overwrite=overwrite) as publication:
        for offset in range(0, len(content), _WRITTEN):
            publication.write(content[offset : offset + _WRITTEN])
        return publication.commit(pack.sha256, pack.size)


def small_pack(path: Path, seed: int = 1) -> PackFile:
    return sample_pack(path, f"small pack {seed}".encode(), lock=sample_lock(f"{seed}.0"))


def objects_in(twin: Twin) -> list[str]:
    listed = client_of(twin).list_objects(NAMESPACE, BUCKET).data.objects
    return [each.name for each in listed]


def open_uploads(twin: Twin) -> list[str]:
    return [each.upload_id for each in client_of(twin).list_multipart_uploads(NAMESPACE, BUCKET).data]


def calls_of(twin: Twin, operation: str) -> int:
    return sum(1 for _, name, _ in twin.faults.calls if name == operation)


def fail(twin: Twin, operation: str, kind: str = "status", **how: Any) -> None:
    twin.faults.add(Fault(operation=operation, kind=kind, **how))  # type: ignore[arg-type] # the kinds are its own
