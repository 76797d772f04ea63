"""What the benchmark needs around it: conda channels, the twin of OCI's services, a model, environments."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
from rig.channel.channels import make_channels
from rig.channel.server import ChannelServer

from packs_parts.plugin import GLIBC


@attrs.frozen
class Stage:
    """Everything that is there while it is measured."""

    folder: Path
    conda_file: Path
    model: Path
    #: Of every process that is measured.
    environ: dict[str, str]

    def fresh(self, name: str) -> dict[str, str]:
        """The environment with caches and a home of their own, empty."""
        home = self.folder / "homes" / name
        home.mkdir(parents=True, exist_ok=True)
        own = {
            "HOME": str(home),
            "OCI_MLFLOW_HOME": str(home / "plugin"),
            "UV_CACHE_DIR": str(home / "uv"),
            "PIP_CACHE_DIR": str(home / "pip"),
            "RATTLER_CACHE_DIR": str(home / "rattler"),
        }
        return {**self.environ, **own}


@contextmanager
def stage(folder: Path, requirements: list[str]) -> Iterator[Stage]:
    """Sets it up, which takes a minute, and takes it away."""
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    channels = make_channels(folder / "channels", minors=[minor], say=_say)
    model, conda_file = folder / "model", folder / "conda.yaml"
    pip = [f"mlflow=={_mlflow()}", "scikit-learn", *requirements]
    _save_model(model, pip)
    lines = "".join(f"    - {requirement}\n" for requirement in pip)
    conda_file.write_text(
        f"channels:\n- conda-forge\ndependencies:\n- python={channels.python}\n- pip\n- pip:\n{lines}", encoding="utf-8"
    )
    with ChannelServer(channels.folder) as server, _twin(folder / "twin") as variables:
        own = {
            "OCI_MLFLOW_CHANNEL_ALIAS": server.url,
            "OCI_MLFLOW_HOME": str(folder / "home"),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            GLIBC: channels.glibc,
        }
        yield Stage(folder, conda_file, model, {**os.environ, **variables, **own})


def _mlflow() -> str:
    import mlflow  # noqa: PLC0415 - takes seconds

    return mlflow.__version__


def _save_model(folder: Path, pip: list[str]) -> None:
    import mlflow  # noqa: PLC0415

    code = folder.parent / "model.py"
    code.write_text(
        "import mlflow\nimport sklearn.linear_model\n\n\n"
        "class Line(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n"
        "        fitted = sklearn.linear_model.LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0])\n"
        "        return fitted.predict(model_input[['x']].to_numpy())\n\n\n"
        "mlflow.models.set_model(Line())\n",
        encoding="utf-8",
    )
    import pandas as pd  # noqa: PLC0415

    mlflow.pyfunc.save_model(
        str(folder), python_model=str(code), pip_requirements=pip, input_example=pd.DataFrame({"x": [1.0, 2.0]})
    )


@contextmanager
def _twin(folder: Path) -> Iterator[dict[str, str]]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "oci_twin", "--home", str(folder), "--runtime", "none"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or not process.stdout.readline().startswith("ready "):
                raise SystemExit("the twin did not start")
            words = shlex.split((folder / "env.sh").read_text(encoding="utf-8"))
            yield dict(word.split("=", 1) for word in words if "=" in word)
        finally:
            process.terminate()


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
