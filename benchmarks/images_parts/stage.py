"""What is needed around images: an engine, a registry, the twin of OCI's services, and a model in two versions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
from rig.base_image.well_known import SYSTEM, stand_in_for
from rig.engine.found import this_machines_engine
from rig.registry.from_engine import log_in, push
from rig.registry.running import Registry, missing, running
from twin_process import twin_process

_SAVE = """
import json, platform, mlflow
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
import sklearn, pandas, numpy, cloudpickle
data = load_breast_cancer(as_frame=True)
pinned = [f"{one.__name__.replace('sklearn', 'scikit-learn')}=={one.__version__}"
          for one in (mlflow, sklearn, pandas, numpy, cloudpickle)]
for seed in (0, 1):
    model = LogisticRegression(max_iter=50, random_state=seed).fit(data.data, data.target)
    with mlflow.start_run():
        mlflow.sklearn.log_model(model, "model", registered_model_name="bench", pip_requirements=pinned)
print(json.dumps(platform.python_version()))
"""
_FILE = """\
kind: deployment
spec:
  infrastructure:
    kind: infrastructure
    type: modelDeployment
    spec: {shapeName: VM.Standard.E4.Flex, shapeConfigDetails: {ocpus: 1, memoryInGBs: 16}}
  runtime:
    kind: runtime
    type: container
    spec:
      image: {destination: iad.ocir.io/bench/models, name: bench, base: "iad.ocir.io/bench/base:9"}
"""


@attrs.frozen
class Stage:
    """Everything that is there while images are measured; the model is ``models:/bench/1`` and ``/2``."""

    folder: Path
    engine: str
    registry: Registry
    login: Path
    deployment_file: Path
    #: Of every process that is measured.
    environ: dict[str, str]
    #: The Python that the model was logged with.
    python: str

    def run(self, *command: str) -> str:
        """Runs a program of this environment in the stage; its output.

        Raises:
            SystemExit: It failed.
        """
        program = str(Path(sys.executable).with_name(command[0]))
        done = subprocess.run(
            [program, *command[1:]],
            env=self.environ,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with status {done.returncode}")
        return done.stdout


def obstacle() -> str | None:
    """Why nothing can be measured here, or None."""
    lacking = missing()
    if lacking is None and this_machines_engine() is None:
        return "no container engine answers at DOCKER_HOST or the default socket"
    return lacking


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Sets it up, and takes it away.

    Raises:
        SystemExit: There is no engine or no registry here.
    """
    engine, reason = this_machines_engine(), obstacle()
    if engine is None or reason is not None:
        raise SystemExit(reason)
    (folder / "registry").mkdir()
    with running(folder / "registry") as registry, twin_process(folder / "twin", "--runtime", "none") as twin:
        login = log_in(registry, folder / "login")
        push(engine, stand_in_for(SYSTEM, engine), registry, "bench/base:9", login)
        own = {
            "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            # Debian's
            "MLFLOW_DOCKER_OPENJDK_VERSION": "17",
            "OCI_MLFLOW_HOME": str(folder / "home"),
            "OCI_MLFLOW_REGISTRY_ENDPOINT": f"http://{registry.address}",
            "DOCKER_HOST": engine,
            "DOCKER_CONFIG": str(login),
        }
        (folder / "deploy.yaml").write_text(_FILE, encoding="utf-8")
        place = Stage(
            folder, engine, registry, login, folder / "deploy.yaml", {**os.environ, **twin.environ, **own}, ""
        )
        python = json.loads(place.run("python", "-W", "ignore", "-c", _SAVE).splitlines()[-1])
        yield attrs.evolve(place, python=python)
