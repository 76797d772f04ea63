"""What ``mlflow deployments help -t oci-datascience`` takes, beside the same for a plugin that does nothing.

Both are started in turn, in the same environment, so that whatever else goes on falls on both. The last line is
``help_ratio=…``: the median of the rounds' ratios of one by the other.

    python benchmarks/startup.py [--rounds 15]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OURS = "oci-datascience"
DOES_NOTHING = "does-nothing"

PLUGIN = """\
from mlflow.deployments import BaseDeploymentClient


class DoesNothing(BaseDeploymentClient):
    def create_deployment(self, name, model_uri, flavor=None, config=None, endpoint=None):
        return {}

    def update_deployment(self, name, model_uri=None, flavor=None, config=None, endpoint=None):
        return {}

    def delete_deployment(self, name, config=None, endpoint=None):
        return None

    def list_deployments(self, endpoint=None):
        return []

    def get_deployment(self, name, endpoint=None):
        return {}

    def predict(self, deployment_name=None, inputs=None, endpoint=None):
        return None


def run_local(name, model_uri, flavor=None, config=None):
    return None


def target_help():
    return "does nothing"
"""


def install_plugin(folder: Path) -> None:
    """Lays a distribution out as an installer would, in a folder for PYTHONPATH."""
    (folder / "does_nothing.py").write_text(PLUGIN, encoding="utf-8")
    info = folder / "does_nothing-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: does-nothing\nVersion: 1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[mlflow.deployments]\n{DOES_NOTHING} = does_nothing\n", encoding="utf-8")


def seconds_of_help(target: str, folder: Path) -> float:
    """Wall time of one command, from its start to its end."""
    path = os.pathsep.join(part for part in (str(folder), os.environ.get("PYTHONPATH")) if part)
    environment = {**os.environ, "PYTHONPATH": path, "MLFLOW_DISABLE_TELEMETRY": "true"}
    command = [sys.executable, "-m", "mlflow", "deployments", "help", "-t", target]
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def measure(rounds: int, folder: Path) -> dict[str, list[float]]:
    """Seconds of each run by target; the order changes from round to round."""
    taken: dict[str, list[float]] = {DOES_NOTHING: [], OURS: []}
    for target in taken:
        seconds_of_help(target, folder)
    for number in range(rounds):
        for target in (DOES_NOTHING, OURS) if number % 2 else (OURS, DOES_NOTHING):
            taken[target].append(seconds_of_help(target, folder))
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="runs of each (default: 15)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        install_plugin(Path(folder))
        taken = measure(rounds, Path(folder))
    for target, values in taken.items():
        print(f"{target:<16} median {statistics.median(values):.3f} s  fastest {min(values):.3f} s  of {len(values)}")
    # the two runs of a round meet the same load, so their ratio is steadier than that of two medians
    ratios = [ours / other for ours, other in zip(taken[OURS], taken[DOES_NOTHING], strict=True)]
    print(f"help_ratio={statistics.median(ratios):.3f}")


if __name__ == "__main__":
    main()
