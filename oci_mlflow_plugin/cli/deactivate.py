"""``oci-mlflow deactivate``."""

from __future__ import annotations

import click

from oci_mlflow_plugin.cli.settings import config_option, name_option, target_option


@click.command("deactivate", short_help="End the instances of a deployment; its URL stays.")
@target_option
@name_option
@config_option
def command(target: str, name: str, config: tuple[str, ...]) -> None:
    """End the instances of a deployment, and what they cost; its OCID and URL stay.

    It does not answer until 'oci-mlflow activate'. Takes -C wait=false and -C timeout=SECONDS.
    """
    from oci_mlflow_plugin.cli.switching import switch  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin.operations import deactivate  # noqa: PLC0415

    switch("deactivate", deactivate, target, name, config)
