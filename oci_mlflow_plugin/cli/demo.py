"""``oci-mlflow demo``: the whole of it, on this machine, from nothing."""

from __future__ import annotations

import click


@click.command("demo", short_help="Train a model, deploy it on this machine and ask it.")
@click.option("--delete", is_flag=True, help="Stop the demo's server, and remove everything that the demo made.")
def command(*, delete: bool) -> None:
    """Train a model, register it, deploy it on this machine and ask it for a prediction.

    The model goes into an MLflow store of the demo's own, below the folder that OCI_MLFLOW_HOME names. The server
    goes on running; run again, the demo uses what it made before. The prediction is printed on standard output,
    everything else on standard error.
    """
    import os  # noqa: PLC0415 (what follows is imported only when the command runs)

    from oci_mlflow_plugin.adapters.home.clock import SystemClock  # noqa: PLC0415
    from oci_mlflow_plugin.adapters.home.layout import Home, default_home  # noqa: PLC0415
    from oci_mlflow_plugin.cli.demonstration.place import Place  # noqa: PLC0415
    from oci_mlflow_plugin.progress.choice import progress_on_stderr  # noqa: PLC0415

    home = Home(default_home(os.environ))
    place = Place(home.root / "demo")
    progress = progress_on_stderr(SystemClock())
    if delete:
        from oci_mlflow_plugin.cli.demonstration.removal import remove  # noqa: PLC0415

        remove(home, place, progress)
        click.echo("Everything that the demo made is removed.", err=True)
        return
    from oci_mlflow_plugin.cli.demonstration.run import demonstrate  # noqa: PLC0415

    home.make(place.folder)
    demonstrate(place, progress)
