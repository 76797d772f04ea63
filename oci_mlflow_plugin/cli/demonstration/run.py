"""The demonstration, step by step."""

from __future__ import annotations

import click

from oci_mlflow_core.ports.progress_sink import ProgressSink
from oci_mlflow_plugin.cli.demonstration import serving
from oci_mlflow_plugin.cli.demonstration.next_steps import next_steps
from oci_mlflow_plugin.cli.demonstration.place import MODEL, MODEL_URI, Place
from oci_mlflow_plugin.cli.demonstration.quiet import own_store, silence


def demonstrate(place: Place, progress: ProgressSink) -> None:
    """Trains, registers, deploys, asks, prints the answer on stdout, and says how to go on."""
    with progress.step("load MLflow and scikit-learn"), silence():
        import mlflow.sklearn  # noqa: F401, PLC0415 (takes seconds)
    with own_store(place):
        version = _registered_version(place, progress)
        serving.write_files(place)
        deployment = serving.in_service(version, place, progress.note)
    url = str(deployment["url"])
    with progress.step(f"ask {url}/predict about one tumour"):
        answer = serving.ask(url)
    click.echo(answer.strip())
    click.echo(f"\n{next_steps(url, place)}", err=True)


def _registered_version(place: Place, progress: ProgressSink) -> str:
    from oci_mlflow_plugin.cli.demonstration import model  # noqa: PLC0415 (imports mlflow)

    with progress.step("open the demo's own MLflow registry") as step:
        with silence():
            version = model.champion()
        step.done(place.tracking_uri)
    if version is not None:
        progress.note(f"{MODEL_URI} of an earlier run is version {version}; it is used as it is")
        return version
    with progress.step("train a classifier on scikit-learn's breast-cancer data"), silence():
        trained = model.trained()
    with progress.step(f"log the model, and register it as {MODEL_URI}") as step:
        with silence():
            version = model.registered(trained, place)
        step.done(f"models:/{MODEL}/{version}")
    return version
