"""The deploy service over the twin, and looks behind its back with the SDK alone."""

from __future__ import annotations

import functools
import io
import os
import tarfile
from pathlib import Path
from typing import Any

import oci
from integration.local.rig import BARE_PYTHON, VERSION, pack_file
from oci_twin.environment import variables
from oci_twin.http.faults import Fault
from oci_twin.twin import Twin

from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, PackManifest
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_plugin.adapters.oci.service import OciDeployService
from oci_mlflow_plugin.adapters.oci.session.connection import Connection


def connection_to(twin: Twin, home: Path, clock: Clock | None = None, **more: str) -> Connection:
    session = Session(target=Target(), home=home, options=CommandOptions())
    return Connection(session, environ={**os.environ, **variables(twin), **more}, clock=clock)


def service_on(twin: Twin, home: Path, clock: Clock | None = None, **more: str) -> OciDeployService:
    return OciDeployService(connection_to(twin, home, clock, **more))


@functools.cache
def client_of(twin: Twin) -> Any:
    return oci.data_science.DataScienceClient(
        twin.sdk_config(),
        service_endpoint=twin.url,
        retry_strategy=oci.retry.NoneRetryStrategy(),
        circuit_breaker_strategy=oci.circuit_breaker.NoCircuitBreakerStrategy(),
    )


def models_in(twin: Twin) -> list[Any]:
    everything = client_of(twin).list_models(twin.compartment_id).data
    return [each for each in everything if each.lifecycle_state != "DELETED"]


def deployments_in(twin: Twin) -> list[Any]:
    everything = client_of(twin).list_model_deployments(twin.compartment_id).data
    return [each for each in everything if each.lifecycle_state != "DELETED"]


def calls_of(twin: Twin, operation: str) -> int:
    return sum(1 for _, name, _ in twin.faults.calls if name == operation)


def fail(twin: Twin, operation: str, kind: str = "status", **how: Any) -> None:
    twin.faults.add(Fault(operation=operation, kind=kind, **how))  # type: ignore[arg-type] # the kinds are its own


def location_in(twin: Twin) -> ObjectLocation:
    return ObjectLocation.parse(f"oci://{twin.bucket}@{twin.namespace}/conda-envs/cpu/rig/1/rig_v1")


def make_pack(path: Path) -> PackFile:
    """A pack whose Python is this one, without its packages."""
    members = {"bin/python": f'#!/bin/sh\nexec {BARE_PYTHON} "$@"\n', "bin/conda-unpack": "#!/bin/sh\n"}
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.mode, member.size = 0o755, len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    manifest = PackManifest(name="rig", version="1", slug="rig_v1", python=VERSION)
    return pack_file(path, path.read_bytes(), manifest)
