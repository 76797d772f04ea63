"""The stages of this project that are measured."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import attrs

from oci_mlflow_core.model.artifact import ModelFacts, ModelVersion
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.pack import BuiltPrefix, ObjectLocation, PackManifest
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.planning.plan import UsePack
from oci_mlflow_core.ports.env_builder import EnvPacker
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.spec.reading import empty_spec
from oci_mlflow_core.testing.progress_sink import RecordingProgress, RecordingStep
from oci_mlflow_core.usecases.environment import EnvironmentDraft, draft_environment
from oci_mlflow_core.usecases.environment_lock import keep_lock
from oci_mlflow_core.usecases.pack_publishing import PackOrder, PackSource, publish_pack
from oci_mlflow_core.usecases.ports import Ports

#: The variable that names the glibc to build for.
GLIBC = "BENCHMARK_GLIBC"
#: Where a prefix that is laid out here keeps its lock, beside it.
LOCK = "lock.json"


def packing(prefix: Path) -> tuple[BuiltPrefix, EnvPacker, Step]:
    """A prefix that `lay_out` made, and what packs it."""
    from oci_mlflow_builders.archive import TarPacker  # noqa: PLC0415

    lock = Lock.from_text((prefix.parent / LOCK).read_text(encoding="utf-8"))
    return BuiltPrefix(path=prefix, lock=lock), TarPacker(), RecordingStep("pack")


def ports() -> Ports:
    """All ports, for the service that the process's environment names."""
    from oci_mlflow_plugin.composition import compose  # noqa: PLC0415

    composed = compose(Target(), CommandOptions(), progress=RecordingProgress())
    # the channel's Python is this machine's, and needs its glibc
    return attrs.evolve(composed, glibc=os.environ[GLIBC])


def lay_out(ports: Ports, conda_file: Path, workspace: Path) -> BuiltPrefix:
    """The environment of the file, locked and built below the workspace, with its lock beside it."""
    draft = _draft(ports, conda_file, "laid-out")
    lock = _locked(ports, draft, workspace / "lock")
    built = _built(draft, lock, workspace / "build")
    (built.path.parent / LOCK).write_text(lock.to_text(), encoding="utf-8")
    return built


def publish(ports: Ports, built: BuiltPrefix, packer: EnvPacker, name: str, step: Step) -> int:
    """Packs and publishes a prefix; the bytes of the pack."""
    location, manifest = _destination().child(name), _manifest(name, built.lock)
    with ports.packs.begin(location, manifest, built.lock, step) as publication:
        packed = packer.pack(built, publication, step)
        publication.commit(packed.sha256, packed.size)
    return packed.size


def from_conda_file(ports: Ports, conda_file: Path, name: str) -> int:
    """Locks, builds, packs and publishes what the file asks for; the bytes of the pack."""
    draft, step = _draft(ports, conda_file, name), RecordingStep("publish")
    with tempfile.TemporaryDirectory() as folder:
        lock = _locked(ports, draft, Path(folder) / "lock")
        location = draft.location(lock)
        order = PackOrder(
            location=location, manifest=_manifest(location.name, lock), lock=lock, overwrite=False, keep=None
        )
        source = PackSource(lambda: _built(draft, lock, Path(folder) / "build"), lambda _built, _stopped: ())
        return publish_pack(ports, order, source, step).size


def find_unchanged(ports: Ports, conda_file: Path, name: str) -> None:
    """What a deployment does about an environment that is published.

    Raises:
        SystemExit: It would build it.
    """
    draft = _draft(ports, conda_file, name)
    if not all(isinstance(step, UsePack) for step in draft.steps):
        raise SystemExit(f"the published pack was not found: {draft.steps}")


def _draft(ports: Ports, conda_file: Path, name: str) -> EnvironmentDraft:
    version = ModelVersion(uri="benchmark", pinned_uri="benchmark")
    facts = ModelFacts(
        version=version,
        flavors=("python_function",),
        environment_files={"conda.yaml": conda_file.read_text(encoding="utf-8")},
    )
    section = {
        "spec.runtime.spec.uri": {"name": name, "destination": str(_destination())},
        "spec.runtime.type": "conda",
    }
    return draft_environment(ports, facts, empty_spec(section, os.environ, conda_file.parent), CommandOptions())


def _locked(ports: Ports, draft: EnvironmentDraft, workspace: Path) -> Lock:
    workspace.mkdir(parents=True)
    if draft.request is None or draft.choice is None or draft.destination is None:
        raise SystemExit(f"the environment is there already: {draft.steps}")
    lock = draft.choice.descriptor.factory().lock(draft.request, workspace, RecordingStep("lock"))
    keep_lock(ports, draft.destination, draft.request, lock)
    return lock


def _built(draft: EnvironmentDraft, lock: Lock, workspace: Path) -> BuiltPrefix:
    workspace.mkdir(parents=True)
    if draft.request is None or draft.choice is None:
        raise SystemExit(f"the environment is there already: {draft.steps}")
    built = draft.choice.descriptor.factory().build(draft.request, lock, workspace, RecordingStep("build"))
    if not isinstance(built, BuiltPrefix):
        raise SystemExit(f"{lock.builder} packs for itself")
    return built


def _manifest(name: str, lock: Lock) -> PackManifest:
    return PackManifest(
        name=name, version="1", slug=name, python=lock.python.version, lock_digest=lock.digest, builder=lock.builder
    )


def _destination() -> ObjectLocation:
    bucket, namespace = os.environ["TWIN_BUCKET"], os.environ["TWIN_NAMESPACE"]
    return ObjectLocation.parse(f"oci://{bucket}@{namespace}/conda-envs")
