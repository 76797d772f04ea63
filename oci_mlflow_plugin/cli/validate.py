"""``oci-mlflow validate``: are these deployment files right?"""

from __future__ import annotations

import os
from pathlib import Path

import click

from oci_mlflow_core.errors import DeploymentError


@click.command("validate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Check deployment files, and tell all faults at once.

    Each fault is told with its file, line and column. Variables of the environment that a file takes with ${NAME}
    have to be set. Exit code 1 where a file has a fault.
    """
    faults = [file for file in files if not _is_right(file)]
    if faults:
        ctx.exit(1)


def _is_right(file: Path) -> bool:
    from oci_mlflow_plugin.error_text import error_text  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin.spec_file import load_spec  # noqa: PLC0415

    try:
        loaded = load_spec(file, environ=os.environ, overrides=None)
    except DeploymentError as error:
        click.echo(f"Error: {error_text(error)}", err=True)
        return False
    for note in loaded.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"{file}: no faults")
    return True
