"""``oci-mlflow builders``: what can build environments and images here."""

from __future__ import annotations

import json

import click


@click.command("builders", short_help="List what builds environments, and whether it can here.")
@click.option("--images", is_flag=True, help="Those of container images, which imageBuilder chooses from.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(images: bool, as_json: bool) -> None:  # noqa: FBT001 (click's way of flags)
    """List what builds environments, who it belongs to, and whether it is usable on this machine.

    The first that is usable, that can make the environment and whose sources answer is taken, unless -C builder or
    the deployment file names another.
    """
    from oci_mlflow_plugin import operations  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin.cli.tables import table  # noqa: PLC0415

    found = operations.image_builders() if images else operations.builders()
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    rows = [(each["name"], each["distribution"], each["builds"], each["unusable"] or "yes") for each in found]
    for line in table(("NAME", "FROM", "BUILDS", "USABLE HERE"), rows):
        click.echo(line)
