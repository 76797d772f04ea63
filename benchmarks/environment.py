"""What a model's environment costs when a deployment is created: the first time, and when it has not changed.

Creates two deployments of one small model on this machine, in a home folder of its own, and times the steps that the
command tells on stderr. The last line is ``first_s=… unchanged_s=…``: the seconds that each create spent on
locking, building, packing and finding the environment.

    python benchmarks/environment.py [--requirement scikit-learn]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TARGET = "oci-datascience://local"
#: How the titles of the steps begin that are about the environment.
ENVIRONMENT = ("lock the environment", "build the environment", "use the pack")
DEPLOYMENT_FILE = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: conda
    spec:
      uri:
        name: benchmark
        destination: oci://packs@benchmark/conda-envs
"""


def save_model(folder: Path, requirements: list[str]) -> None:
    """Saves a model that needs MLflow and the requirements, and gives back what it gets."""
    import mlflow  # noqa: PLC0415 - takes seconds, and --help should not

    model = folder.parent / "model.py"
    model.write_text(
        "import mlflow\n\n\n"
        "class Echo(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n"
        "        return model_input\n\n\n"
        "mlflow.models.set_model(Echo())\n",
        encoding="utf-8",
    )
    pip = [f"mlflow=={mlflow.__version__}", *requirements]
    mlflow.pyfunc.save_model(str(folder), python_model=str(model), pip_requirements=pip)


def mlflow_deployments(home: Path, *arguments: str) -> list[tuple[float, str]]:
    """Runs a command; each line of its stderr with the moment at which it came, the last one being its end."""
    command = [sys.executable, "-m", "mlflow", "deployments", *arguments, "-t", TARGET]
    environment = {**os.environ, "OCI_MLFLOW_HOME": str(home), "MLFLOW_DISABLE_TELEMETRY": "true"}
    came: list[tuple[float, str]] = []
    with subprocess.Popen(
        command, cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        for line in process.stderr or ():
            came.append((time.perf_counter(), line.rstrip()))
            print(f"  {line.rstrip()}", file=sys.stderr, flush=True)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with status {process.returncode}")
    return [*came, (time.perf_counter(), "")]


def steps(came: list[tuple[float, str]]) -> Iterator[tuple[str, float]]:
    """Title and seconds of each step: from the line ``title …`` to the next line that begins with the title."""
    for number, (began, line) in enumerate(came):
        if line.endswith(" …"):
            title = line.removesuffix(" …")
            ended = next((moment for moment, later in came[number + 1 :] if later.startswith(f"{title}: ")), began)
            yield title, ended - began


@contextmanager
def deployed(home: Path, name: str, model: Path, file: Path) -> Iterator[dict[str, float]]:
    """A deployment, with the seconds that each step of its create took; deleted at the end."""
    began = time.perf_counter()
    config = f"deploy-config-file={file}"
    came = mlflow_deployments(home, "create", "--name", name, "-m", str(model), "--config", config)
    try:
        yield {**dict(steps(came)), "the whole command": came[-1][0] - began}
    finally:
        mlflow_deployments(home, "delete", "--name", name)


def spent_on_environment(taken: dict[str, float]) -> float:
    return sum(seconds for title, seconds in taken.items() if title.startswith(ENVIRONMENT))


def measure(folder: Path, requirements: list[str]) -> tuple[dict[str, float], dict[str, float]]:
    """The steps of a first create, and of a second one while the first deployment still serves."""
    model, file, home = folder / "model", folder / "deploy.yaml", folder / "home"
    home.mkdir()
    save_model(model, requirements)
    file.write_text(DEPLOYMENT_FILE, encoding="utf-8")
    with deployed(home, "first", model, file) as first, deployed(home, "second", model, file) as second:
        return first, second


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requirement", action="append", default=[], help="a package that the model needs too")
    requirements = parser.parse_args().requirement
    with tempfile.TemporaryDirectory() as folder:
        first, second = measure(Path(folder), requirements)
    for name, taken in (("first", first), ("unchanged", second)):
        print(f"{name}:")
        for title, seconds in taken.items():
            print(f"  {seconds:8.2f} s  {title}")
    if not any(title.startswith(ENVIRONMENT) for title in second):
        sys.exit("the second create told of no step about its environment")
    print(f"first_s={spent_on_environment(first):.2f} unchanged_s={spent_on_environment(second):.2f}")


if __name__ == "__main__":
    main()
