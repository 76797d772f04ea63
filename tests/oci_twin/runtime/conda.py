"""From a model's zip to a process that serves it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import attrs

from oci_twin.runtime.artifacts import set_writable, unpack_artifact
from oci_twin.runtime.failing import CannotServe
from oci_twin.runtime.packs import Packs
from oci_twin.runtime.port import CondaServing, FindObject
from oci_twin.runtime.processes import Program, ServerProcess
from oci_twin.runtime.runtime_yaml import InferenceEnvironment, PackLocation, read_runtime_yaml
from oci_twin.runtime.story import Story


@attrs.define
class Rooms:
    """Where one generation keeps its things, which are all below `folder`."""

    folder: Path

    @property
    def artifact(self) -> Path:
        """The read-only folder of the unpacked zip."""
        return self.folder / "deployed_model"

    @property
    def home(self) -> Path:
        """What the model sees as its home folder."""
        return self.folder / "home"

    def remove(self) -> None:
        """Removes everything."""
        if self.artifact.is_dir():
            set_writable(self.artifact, writable=True)
        shutil.rmtree(self.folder, ignore_errors=True)


@attrs.frozen
class CondaServer:
    """Makes server processes of artifacts; the objects are the twin's, the packs are kept unpacked."""

    find_object: FindObject
    packs: Packs

    def begin(self, deployment_id: str, serving: CondaServing, rooms: Rooms, story: Story) -> ServerProcess:
        """Starts the process; it has not loaded its model yet.

        Raises:
            CannotServe: The artifact or the pack is not as it has to be.
            Stopped: The generation was stopped meanwhile.
        """
        story.tell(5, "Unpacking the model artifact.")
        rooms.home.mkdir(parents=True)
        unpack_artifact(serving.artifact, rooms.artifact)
        environment = read_runtime_yaml(rooms.artifact / "runtime.yaml")
        story.tell(20, f"Unpacking the conda environment {environment.location}.")
        prefix = self.packs.unpacked(self._pack(environment.location), environment)
        story.tell(70, "Starting the inference server.")
        variables = _variables(deployment_id, serving, prefix, environment)
        return ServerProcess(Program(prefix / "bin" / "python", rooms.artifact, rooms.home, variables), story.hear)

    def _pack(self, location: PackLocation) -> Path:
        found = self.find_object(location.namespace, location.bucket, location.name)
        if found is None:
            raise CannotServe(f"the conda pack {location} is not in Object Storage, or may not be read")
        return found


def _variables(
    deployment_id: str, serving: CondaServing, prefix: Path, environment: InferenceEnvironment
) -> Mapping[str, str]:
    """The deployment's own variables, which the reserved ones win over.

    Source: OCI documentation, "Bring your own container", table of reserved and of tunable variables.
    """
    return {
        "PATH": f"{prefix / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "WEB_CONCURRENCY": "1",
        **serving.environment,
        "MODEL_DEPLOYMENT_OCID": deployment_id,
        "TENANCY_OCID": serving.tenancy_id,
        "MODEL_SERVING_PYTHON_VERSION": environment.python_minor,
    }
