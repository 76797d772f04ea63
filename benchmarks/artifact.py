"""What it costs to bring a large model into the catalog, beside making a zip of it first.

``stream`` is what this project does: a ``create`` downloads the model with MLflow and sends the runtime artifact to the
service while it is read from the model's files. ``archive`` is what oci-mlflow does: it downloads the model with
MLflow, makes a zip with ``shutil.make_archive``, and sends that file with the SDK. Each runs in a process of its own,
in turn; the services are a twin of the tests, in another one. The model is random bytes, which no zip makes smaller, a
little less than what the service takes in one call.

Peak memory is the high-water mark of the process (``ru_maxrss``); ``start`` is the mark with MLflow, the SDK and this
project imported, before anything is done. Bytes written are ``write_bytes`` of ``/proc/self/io``: what the process
made the kernel write to a disk, without what it sent or read. A tmpfs does not count there, so that the folder has to
be on a disk; it needs room for four times the model.

In the last line are ``stream``'s ratios to ``archive``, and what each writes beyond the model that it downloads.

    python benchmarks/artifact.py [--mib 2046] [--files 5] [--rounds 1] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.model.pack import ObjectLocation, PackManifest
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.ports.progress_sink import ProgressSink, Step
from oci_mlflow_core.usecases.create_deployment import create_deployment
from oci_mlflow_core.usecases.requests import CreateDeployment
from oci_mlflow_plugin.adapters.oci.session.quiet_step import QuietStep
from oci_mlflow_plugin.composition import compose
from oci_mlflow_plugin.spec_file import load_spec

TESTS = Path(__file__).resolve().parents[1] / "tests"
STREAM, ARCHIVE = "stream", "archive"
START, WHOLE = "start", "whole"
MIB = 1 << 20
#: Two below what the service takes in one call; the zip of ``archive`` has half a one more than the files.
USUAL_MIB = 2046
MLMODEL = """\
flavors:
  python_function:
    loader_module: benchmark
    python_version: 3.11.9
mlflow_version: 3.1.0
utc_time_created: '2026-01-01 00:00:00.000000'
"""


@attrs.frozen
class Stage:
    """What one part of the way took."""

    seconds: float
    #: Bytes that the process made the kernel write to a disk.
    written: int
    #: The most bytes of memory that the process had held when it ended.
    peak: int


@attrs.frozen
class Meter(ProgressSink):
    """The stages of this process, by their titles; a command tells its own as it goes."""

    stages: dict[str, Stage] = attrs.field(factory=dict)

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        began, written = time.perf_counter(), written_so_far()
        yield QuietStep()
        self.stages[title] = Stage(time.perf_counter() - began, written_so_far() - written, peak_so_far())

    def note(self, text: str) -> None:
        """Nothing; it would be the same in every run."""


def written_so_far() -> int:
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"])


def peak_so_far() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def stream(meter: Meter, model: Path, pack: str) -> None:
    """A create; it does not wait for the deployment."""
    with meter.step(START):
        import mlflow.artifacts  # noqa: PLC0415 - in the process that is measured

        _ = mlflow.artifacts
        ports = compose(Target(), progress=meter)
        ports.service.catalog.find({})
    options = CommandOptions(wait=False)
    loaded = load_spec(
        None, environ=os.environ, overrides={"spec.runtime.type": "conda", "spec.runtime.spec.uri": pack}
    )
    with meter.step(WHOLE):
        create_deployment(ports, CreateDeployment(name="large", model_uri=str(model), loaded=loaded, options=options))


def archive(meter: Meter, model: Path, _pack: str) -> None:
    """Download, zip, upload."""
    with meter.step(START):
        import mlflow.artifacts  # noqa: PLC0415 - in the process that is measured

        client = data_science()
        project, compartment = os.environ["TWIN_PROJECT_ID"], os.environ["TWIN_COMPARTMENT_ID"]
        client.list_models(compartment)
    with meter.step(WHOLE), tempfile.TemporaryDirectory() as folder:
        with meter.step("download"):
            there = mlflow.artifacts.download_artifacts(str(model), dst_path=folder)
        with meter.step("make_archive"):
            zipped = shutil.make_archive("large_1", format="zip", root_dir=there)
        with meter.step("upload"):
            details = {"compartmentId": compartment, "projectId": project, "displayName": "large_1"}
            made = client.create_model(details).data
            with Path(zipped).open("rb") as content:
                client.create_model_artifact(made.id, content, content_disposition='attachment; filename="large_1.zip"')


def data_science() -> Any:  # noqa: ANN401 - the SDK has no types
    import oci  # noqa: PLC0415 - in the process that is measured

    config = oci.config.from_file(os.environ["OCI_CONFIG_FILE"])
    return oci.data_science.DataScienceClient(config, service_endpoint=os.environ["TWIN_URL"])


@contextmanager
def twin_in_a_process(home: Path) -> Iterator[dict[str, str]]:
    """A new twin; what its ``env.sh`` says."""
    environ = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-m", "oci_twin", "--home", str(home), "--runtime", "none"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or not process.stdout.readline().startswith("ready "):
            raise SystemExit("the twin did not start")
        words = shlex.split((home / "env.sh").read_text(encoding="utf-8"))
        yield dict(word.split("=", 1) for word in words if "=" in word)
    finally:
        process.terminate()
        process.wait()


def publish_pack(variables: dict[str, str]) -> str:
    """An object that says that it is a pack; nobody unpacks it. Its URI."""
    import oci  # noqa: PLC0415 - takes a second, and --help should not

    config = oci.config.from_file(variables["OCI_CONFIG_FILE"])
    client = oci.object_storage.ObjectStorageClient(config, service_endpoint=variables["TWIN_URL"])
    place = ObjectLocation(variables["TWIN_BUCKET"], variables["TWIN_NAMESPACE"], "conda-envs/pack_v1")
    manifest = PackManifest(name="pack", version="1", slug="pack_v1", python="3.11.9").to_json()
    client.put_object(place.namespace, place.bucket, place.path, b"pack", opc_meta={"manifest": manifest})
    return str(place)


def save_model(folder: Path, size: int, files: int) -> None:
    """The files of a model that is never loaded."""
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text(MLMODEL, encoding="utf-8")
    for number in range(files):
        with (folder / "data" / f"weights-{number}.bin").open("wb") as stream_:
            left = size // files
            while left:
                left -= stream_.write(os.urandom(min(left, MIB)))


def in_a_process(way: str, model: Path, folder: Path) -> dict[str, Stage]:
    """One way, with a twin and a working folder of its own, both removed again."""
    work = folder / "work"
    work.mkdir()
    with twin_in_a_process(folder / "twin") as variables:
        own = {"OCI_MLFLOW_HOME": str(work / "home"), "TMPDIR": str(work), "MLFLOW_DISABLE_TELEMETRY": "true"}
        tracking = {"MLFLOW_TRACKING_URI": f"sqlite:///{work / 'mlflow.db'}", "GIT_PYTHON_REFRESH": "quiet"}
        command = [sys.executable, __file__, "--way", way, "--model", str(model), "--pack", publish_pack(variables)]
        # what was written before is not to be waited for by the next one
        os.sync()
        environ = {**os.environ, **variables, **own, **tracking}
        done = subprocess.run(command, cwd=work, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    for used in (work, folder / "twin"):
        shutil.rmtree(used)
    return {title: Stage(**values) for title, values in json.loads(done.stdout.splitlines()[-1]).items()}


def measure(folder: Path, options: argparse.Namespace) -> dict[str, list[dict[str, Stage]]]:
    """The stages of each way in each round; the order changes from round to round."""
    taken: dict[str, list[dict[str, Stage]]] = {STREAM: [], ARCHIVE: []}
    save_model(folder / "model", options.mib * MIB, options.files)
    for number in range(options.rounds):
        for way in (ARCHIVE, STREAM) if number % 2 else (STREAM, ARCHIVE):
            taken[way].append(in_a_process(way, folder / "model", folder))
            show(way, taken[way][-1])
    return taken


def show(way: str, stages: dict[str, Stage]) -> None:
    for title, stage in stages.items():
        print(
            f"{way:<8} {title[:32]:<32} {stage.seconds:7.1f} s  written {stage.written / 1e6:7.1f} MB"
            f"  peak {stage.peak / 1e6:7.1f} MB",
            flush=True,
        )


def summary(taken: dict[str, list[dict[str, Stage]]], size: int) -> dict[str, float]:
    """Medians of the rounds."""

    def ratio(of: str) -> float:
        pairs = zip(taken[STREAM], taken[ARCHIVE], strict=True)
        return float(statistics.median(getattr(one[WHOLE], of) / getattr(other[WHOLE], of) for one, other in pairs))

    def beyond(way: str) -> float:
        return statistics.median(stages[WHOLE].written - size for stages in taken[way]) / 1e6

    return {
        "peak_ratio": ratio("peak"),
        "written_ratio": ratio("written"),
        "seconds_ratio": ratio("seconds"),
        "stream_written_beyond_model_mb": beyond(STREAM),
        "archive_written_beyond_model_mb": beyond(ARCHIVE),
        "stream_peak_mb": statistics.median(stages[WHOLE].peak for stages in taken[STREAM]) / 1e6,
        "stream_peak_beyond_start_mb": statistics.median(
            stages[WHOLE].peak - stages[START].peak for stages in taken[STREAM]
        )
        / 1e6,
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mib", type=int, default=USUAL_MIB, help=f"size of the model (default: {USUAL_MIB})")
    parser.add_argument("--files", type=int, default=5, help="files that it is in (default: 5)")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each (default: 1)")
    parser.add_argument("--folder", type=Path, help="where to work, on a disk (default: the system's temporary one)")
    for name in ("--way", "--model", "--pack"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    if options.way:
        meter = Meter()
        {STREAM: stream, ARCHIVE: archive}[options.way](meter, Path(options.model), options.pack)
        print(json.dumps({title: attrs.asdict(stage) for title, stage in meter.stages.items()}))
        return
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="artifact-") as folder:
        taken = measure(Path(folder), options)
    values = summary(taken, options.mib * MIB // options.files * options.files)
    print(" ".join(f"{name}={value:.3f}" for name, value in values.items()))


if __name__ == "__main__":
    main()
