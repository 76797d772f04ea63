"""``oci-mlflow activate``."""

from __future__ import annotations

import click

from oci_mlflow_plugin.cli.settings import config_option, name_option, target_option


@click.command("activate")
@target_option
@name_option
@config_option
def command(target: str, name: str, config: tuple[str, ...]) -> None:
    """Let an inactive deployment serve again, at the same URL.

    Takes -C wait=false and -C timeout=SECONDS.
    """
    from oci_mlflow_plugin.cli.switching import switch  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin.operations import activate  # noqa: PLC0415

    switch("activate", activate, target, name, config)
