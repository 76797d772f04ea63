"""``oci-mlflow lock``: the exact packages of a model's environment."""

from __future__ import annotations

from pathlib import Path

import click

from oci_mlflow_plugin.cli.settings import config_of, config_option, optional_target_option


@click.command("lock", short_help="Choose the packages of a model's environment.")
@click.option("-m", "--model-uri", required=True, metavar="URI", help="The model.")
@click.option(
    "-f",
    "--file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The deployment file, as -C deploy-config-file has it.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the lock to a file; it is replaced where it is there.",
)
@optional_target_option
@config_option
def command(model_uri: str, file: Path | None, output: Path | None, target: str, config: tuple[str, ...]) -> None:
    """Choose the packages of a model's environment and print the lock, which -C lock=FILE of a create builds from.

    It is JSON: the Python, and every package with its hashes, for the platform of the target. Nothing is built or
    published. What was locked on this machine before stays as it was, unless -C relock=true.
    """
    from oci_mlflow_core.model.target import Target  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin import operations  # noqa: PLC0415
    from oci_mlflow_plugin.cli.writing import write_text  # noqa: PLC0415
    from oci_mlflow_plugin.options import FILE_OPTION, parse_options  # noqa: PLC0415

    given: dict[str, object] = dict(config_of(config))
    if file is not None and FILE_OPTION in given:
        raise click.UsageError(f"The deployment file is given twice, by -f and by -C {FILE_OPTION}.")
    if file is not None:
        given[FILE_OPTION] = file
    text = operations.lock(Target.parse(target), model_uri, parse_options("lock", given))
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
