"""Creates a small deployment in a home folder: ``create_and_be_killed.py HOME BOUNDARY``.

The process kills itself at the step boundary of that number; with -1 it ends and prints how many it crossed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from oci_mlflow_core.hookspecs import EnvBuilderDescriptor
from oci_mlflow_core.model.artifact import ModelFacts, ModelVersion
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.spec.reading import read_spec
from oci_mlflow_core.testing.memory_artifact_source import MemoryArtifactSource
from oci_mlflow_core.testing.memory_env_builder import MemoryEnvBuilder
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.requests import CreateDeployment
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.composition import compose
from oci_mlflow_plugin.progress.plain_lines import PlainLines

URI = "models:/small/1"
CONDA = "dependencies:\n- python=3\n- pip:\n  - mlflow==1.0\n"
SCORE = (
    "def load_model():\n    return None\n\n\ndef predict(data, model=load_model()):\n    return {'predictions': data}\n"
)
DEPLOY = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      scoreCode: score.py
      uri:
        name: small
        destination: oci://packs@team/envs
"""


# slots would cut super() off from the class
@attrs.define(slots=False)
class Killing(PlainLines):
    """Counts what it shows the beginning and the end of, and kills the process at one of them."""

    boundary: int = -1
    crossed: int = 0

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """See `PlainLines.step`."""
        self._cross()
        with super().step(title) as step:
            yield step
        self._cross()

    def _cross(self) -> None:
        if self.crossed == self.boundary:
            os.kill(os.getpid(), signal.SIGKILL)
        self.crossed += 1


def main(home: Path, boundary: int) -> None:
    """Creates the deployment."""
    home.mkdir(parents=True, exist_ok=True)
    (home.parent / "score.py").write_text(SCORE)
    facts = ModelFacts(
        version=ModelVersion(uri=URI, pinned_uri=URI, name="small", version="1"),
        flavors=("python_function",),
        mlflow_version="1.0",
        environment_files={"conda.yaml": CONDA},
    )
    builder = MemoryEnvBuilder({"mlflow": {"1.0": ""}})
    progress = Killing(SystemClock(), boundary=boundary)
    ports = attrs.evolve(
        compose(Target(region="local"), environ={"OCI_MLFLOW_HOME": str(home)}, progress=progress),
        # its environment is a few modules, and no model can be tried there
        check=None,
        source=MemoryArtifactSource({URI: (facts, {"MLmodel": b"flavors: {}"})}),
        builders=(EnvBuilderDescriptor(name="memory", summary="", builds="modules", factory=lambda: builder),),
    )
    loaded = read_spec(DEPLOY, source="deploy.yaml", folder=home.parent, environ={})
    create_deployment(ports, CreateDeployment(name="small", model_uri=URI, loaded=loaded))
    print(progress.crossed)  # noqa: T201 (read by the test)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
