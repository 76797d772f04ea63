"""``oci-mlflow schema``: the deployment file for editors."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("schema", short_help="Print the JSON Schema of the deployment file.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file."
)
def command(output: Path | None) -> None:
    """Print the JSON Schema of the deployment file, with which editors complete and check."""
    from oci_mlflow_core.spec.schema import schema_text  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin.cli.writing import write_text  # noqa: PLC0415

    if output is None:
        click.echo(schema_text(), nl=False)
    else:
        write_text(output, schema_text())
