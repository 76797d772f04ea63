"""What ``create`` takes beyond the time that the service itself needs for a deployment.

The services are the twin of the tests, in a process of its own, whose deployments take a given number of seconds. The
model is registered in an MLflow store of sqlite, and its pack is published already; each create gets a version of its
own, so that each registers a model. Its use case is measured in this process, once before to import what it needs,
and the command ``mlflow deployments create`` beside ``mlflow deployments help``, which is what starting MLflow takes.

What the service needs is what the twin was told, from the moment at which it accepted the order; the end that its work
requests tell is the look that found them done. Each round's deployments take a little longer than those of the round
before, because it depends on their length how late the looks are.

The last line holds the most that any create in this process took beyond the service, of all and of each length, and
what the command takes beyond the service and beyond ``help``: the same overhead, and importing the SDK.

    python benchmarks/create_overhead.py [--seconds 20 60] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import attrs
from packaging.requirements import Requirement

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from oci_mlflow_core.hookspecs import EnvBuilderDescriptor
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.planning.environment import EnvironmentTarget, environment_request
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.testing.memory_env_builder import MemoryEnvBuilder
from oci_mlflow_core.testing.progress_sink import RecordingProgress
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import CreateDeployment
from oci_mlflow_plugin.adapters.oci.service import OciDeployService
from oci_mlflow_plugin.composition import compose
from oci_mlflow_plugin.spec_file import load_spec

TARGET = "oci-datascience"
CREATED = "MODEL_DEPLOYMENT_CREATE"
#: Seconds by which the deployments of a round take longer than those of the round before.
SHIFT = 0.37
DEPLOYMENT_FILE = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      uri:
        name: benchmark
        destination: oci://{bucket}@{namespace}/conda-envs
"""


@attrs.frozen(kw_only=True)
class Taken:
    """Seconds of one create."""

    whole: float
    #: Of the service, as the twin was told.
    service: float
    #: Until the service had accepted the order.
    before: float
    #: Of the services.
    calls: int

    @property
    def overhead(self) -> float:
        return self.whole - self.service

    @property
    def after(self) -> float:
        """From when the service was done to the end."""
        return self.overhead - self.before


def serve(home: Path, seconds: float, ready: Pipe) -> None:
    """The twin, until the other end of the pipe says something or is gone."""
    from oci_twin.environment import write_environment  # noqa: PLC0415 - in a process of its own
    from oci_twin.twin import Twin  # noqa: PLC0415

    with Twin(home, runtime="none", durations={CREATED: seconds}) as twin:
        write_environment(twin, home / "env.sh")
        ready.send(twin.url)
        ready.poll(None)


@contextmanager
def twin_that_takes(home: Path, seconds: float) -> Iterator[str]:
    """A twin that needs so many seconds for a deployment, and what is in the home from one before; its URL."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(home, seconds, there))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("end")
        process.join()


def registered(folder: Path, versions: int) -> None:
    """Registers versions of one model, which differ in a file alone."""
    import mlflow  # noqa: PLC0415 - takes seconds, and --help should not

    model = folder / "model.py"
    model.write_text(
        "import mlflow\n\n\n"
        "class Echo(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, model_input: list[str]):\n"
        "        return model_input\n\n\n"
        "mlflow.models.set_model(Echo())\n",
        encoding="utf-8",
    )
    mlflow.MlflowClient().create_registered_model("benchmark")
    for version in range(1, versions + 1):
        weights = folder / "weights"
        weights.write_text(str(version), encoding="utf-8")
        saved = folder / f"version-{version}"
        mlflow.pyfunc.save_model(
            str(saved),
            python_model=str(model),
            artifacts={"weights": str(weights)},
            pip_requirements=[f"mlflow=={mlflow.__version__}"],
        )
        mlflow.MlflowClient().create_model_version("benchmark", str(saved))


@attrs.define
class Creating:
    """Creates of the versions, one after the other."""

    folder: Path
    file: Path
    used: int = 0

    def _next(self) -> tuple[str, str]:
        """A deployment's name and its model."""
        self.used += 1
        return f"benchmark-{self.used}", f"models:/benchmark/{self.used}"

    def publish(self) -> None:
        """A create that builds and publishes the pack, imports what creates need, and is not measured."""
        name, model = self._next()
        ports = compose(Target(), progress=RecordingProgress())
        ports = attrs.evolve(ports, builders=(in_memory(ports, model),))
        create_deployment(ports, CreateDeployment(name=name, model_uri=model, loaded=self._loaded()))

    def in_process(self, url: str, seconds: float) -> Taken:
        """The use case alone."""
        name, model = self._next()
        asked = calls(url)
        moment, began = time.time(), time.perf_counter()
        ports = compose(Target(), progress=RecordingProgress())
        request = CreateDeployment(name=name, model_uri=model, loaded=self._loaded())
        deployment = create_deployment(ports, request)
        whole = time.perf_counter() - began
        made = calls(url) - asked
        before = accepted(ports, deployment.id) - moment
        return Taken(whole=whole, service=seconds, before=before, calls=made)

    def _loaded(self) -> LoadedSpec:
        return load_spec(self.file, environ=os.environ)

    def command(self) -> float:
        """The whole command."""
        name, model = self._next()
        config = f"deploy-config-file={self.file}"
        return mlflow_deployments(self.folder, "create", "--name", name, "-m", model, "--config", config)

    def help(self) -> float:
        """A command that does nothing but start."""
        return mlflow_deployments(self.folder, "help")


def in_memory(ports: Ports, model: str) -> EnvBuilderDescriptor:
    """A builder that takes no time, and has what the model's environment asks for."""
    facts = ports.source.inspect(ports.source.resolve(model))
    wanted = environment_request(facts, EnvironmentTarget(platform=ports.platform, glibc=ports.glibc)).request
    needed = [Requirement(text) for text in wanted.pip]
    index = {each.name: {next((one.version for one in each.specifier), "1"): ""} for each in needed}
    builder = MemoryEnvBuilder(index)
    return EnvBuilderDescriptor(name="memory", summary="Builds in memory", builds="modules", factory=lambda: builder)


def accepted(ports: Ports, deployment_id: str) -> float:
    """Seconds since the epoch at which the order was accepted, as its work request says."""
    if not isinstance(ports.service, OciDeployService):
        raise TypeError(ports.service)
    connection = ports.service.connection
    found = connection.data_science.list_work_requests(connection.compartment_id(), resource_id=deployment_id).data
    moment: datetime = next(each for each in found if each.operation_type == CREATED).time_accepted
    return moment.timestamp()


def calls(url: str) -> int:
    """How many the twin has had."""
    with urllib.request.urlopen(f"{url}/_twin/calls", timeout=30) as answer:  # noqa: S310 (loopback)
        return len(json.load(answer))


def mlflow_deployments(folder: Path, *arguments: str) -> float:
    """Wall time of one command."""
    command = [sys.executable, "-m", "mlflow", "deployments", *arguments, "-t", TARGET]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(command)} ended with status {done.returncode}: {done.stderr}")
    return time.perf_counter() - began


@contextmanager
def surroundings(folder: Path) -> Iterator[Path]:
    """A home, an MLflow store and a deployment file in the folder, and the process's environment for them."""
    before = dict(os.environ)
    os.environ |= {
        "OCI_MLFLOW_HOME": str(folder / "home"),
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GIT_PYTHON_REFRESH": "quiet",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
    }
    try:
        yield folder / "twin"
    finally:
        os.environ.clear()
        os.environ |= before


def look_around(home: Path) -> Path:
    """Takes over what the twin's ``env.sh`` exports; a deployment file for its bucket."""
    words = shlex.split((home / "env.sh").read_text(encoding="utf-8"))
    os.environ |= dict(word.split("=", 1) for word in words if "=" in word)
    file = home.parent / "deploy.yaml"
    names = {"bucket": os.environ["TWIN_BUCKET"], "namespace": os.environ["TWIN_NAMESPACE"]}
    file.write_text(DEPLOYMENT_FILE.format(**names), encoding="utf-8")
    return file


def measure(folder: Path, lengths: list[float], rounds: int) -> tuple[list[Taken], dict[str, list[float]]]:
    """What each create in this process took, and the seconds of the commands; the service's are taken off."""
    commands: dict[str, list[float]] = {"help": [], "create": []}
    taken = []
    with surroundings(folder) as home:
        registered(folder, versions=1 + rounds * len(lengths) + rounds)
        with twin_that_takes(home, 0):
            creating = Creating(folder, look_around(home))
            creating.publish()
        for number in range(rounds):
            for length in lengths:
                seconds = length + number * SHIFT
                with twin_that_takes(home, seconds) as url:
                    look_around(home)
                    taken.append(creating.in_process(url, seconds))
                    show(taken[-1])
                    if length == min(lengths):
                        commands["help"].append(creating.help())
                        commands["create"].append(creating.command() - seconds)
    return taken, commands


def show(one: Taken) -> None:
    print(
        f"service {one.service:7.2f} s  create {one.whole:7.2f} s  overhead {one.overhead:5.2f} s"
        f" (until ordered {one.before:5.2f} s, after the end {one.after:5.2f} s)  {one.calls} calls",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seconds", type=float, nargs="+", default=[20, 60], help="what deployments take (default: 20 60)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="creates of each (default: 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        taken, commands = measure(Path(folder), options.seconds, options.rounds)
    medians = {name: statistics.median(values) for name, values in commands.items()}
    print(f"mlflow deployments help    median {medians['help']:.2f} s")
    print(f"mlflow deployments create  median {medians['create']:.2f} s beyond the service")
    values = {"overhead_s": max(one.overhead for one in taken)}
    for position, length in enumerate(options.seconds):
        values[f"overhead_{length:g}_s"] = max(one.overhead for one in taken[position :: len(options.seconds)])
    beyond = (create - started for create, started in zip(commands["create"], commands["help"], strict=True))
    values["command_beyond_help_s"] = statistics.median(beyond)
    print(" ".join(f"{name}={value:.2f}" for name, value in values.items()))


if __name__ == "__main__":
    main()
