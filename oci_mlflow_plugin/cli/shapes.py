"""``oci-mlflow shapes``: what deployments can run on."""

from __future__ import annotations

import click

from oci_mlflow_plugin.cli.settings import target_option


@click.command("shapes", short_help="List the compute shapes of the region.")
@target_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(target: str, as_json: bool) -> None:  # noqa: FBT001 (click's way of flags)
    """List the compute shapes that the region offers for deployments.

    Cores and memory of a flexible shape (its name ends in .Flex) are the most that it can have.
    """
    from oci_mlflow_core.model.target import Target  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin import operations  # noqa: PLC0415

    found = operations.shapes(Target.parse(target))
    if as_json:
        import json  # noqa: PLC0415

        import attrs  # noqa: PLC0415

        click.echo(json.dumps([attrs.asdict(shape) for shape in found], indent=2))
        return
    width = max([len("NAME"), *(len(shape.name) for shape in found)])
    click.echo(f"{'NAME':<{width}}  CORES  MEMORY (GB)  SERIES")
    for shape in found:
        click.echo(f"{shape.name:<{width}}  {shape.core_count:>5}  {shape.memory_in_gbs:>11}  {shape.series}".rstrip())
