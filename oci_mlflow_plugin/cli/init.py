"""``oci-mlflow init``: a deployment file to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import click

_PLACE = re.compile(r"<[^<>]+>")


@click.command("init", options_metavar="(-m URI | --name NAME) [OPTIONS]")
@click.option("-m", "--model-uri", metavar="URI", help="The model that will be deployed; gives the name.")
@click.option("--name", metavar="NAME", help="Display name of the deployment, and name of its pack.")
@click.option(
    "-o",
    "--output",
    default="deploy.yaml",
    show_default=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.",
)
@click.option("--destination", metavar="URI", help="Where packs are published, oci://BUCKET@NAMESPACE/PREFIX.")
@click.option(
    "--runtime", type=click.Choice(("conda", "container")), default="conda", show_default=True, help="Type of runtime."
)
@click.option("--schema", metavar="URI", help="JSON Schema for editors; by default a copy is written beside the file.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def command(  # noqa: PLR0913 (one for each option)
    *,
    model_uri: str | None,
    name: str | None,
    output: Path,
    destination: str | None,
    runtime: str,
    schema: str | None,
    force: bool,
) -> None:
    """Write a deployment file for a model, every key explained.

    One of -m and --name is needed; --name wins where both are given.
    Editors that speak with yaml-language-server complete and check the file with its JSON Schema.
    """
    from oci_mlflow_core.spec.schema import FILE_NAME, schema_text  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_core.spec.template import commented_spec  # noqa: PLC0415
    from oci_mlflow_plugin.cli.writing import write_text  # noqa: PLC0415

    if model_uri is None and name is None:
        raise click.UsageError("Name the model with -m, or the deployment with --name.")
    _check_destination(destination)
    text = commented_spec(
        name=_checked(name if name is not None else _name_of(str(model_uri))),
        schema=schema or FILE_NAME,
        runtime="container" if runtime == "container" else "conda",
        destination=destination,
    )
    write_text(output, text, replace=force)
    to_do = "replace what stands in <…>, then check it" if _has_places(text) else "check it"
    click.echo(f"{output} is written; {to_do} with: oci-mlflow validate {output}")
    beside = output.with_name(FILE_NAME)
    if schema is None and not _holds(beside, schema_text()):
        write_text(beside, schema_text(), replace=force)
        click.echo(f"{beside} is written, for editors")


def _name_of(model_uri: str) -> str:
    """The registered model's name, looked up so that a URI that means nothing is told now."""
    from oci_mlflow_core.model.target import LOCAL, Target  # noqa: PLC0415
    from oci_mlflow_plugin.composition import compose  # noqa: PLC0415

    return compose(Target(region=LOCAL)).source.resolve(model_uri).suggested_name


def _checked(name: str) -> str:
    from oci_mlflow_core.planning.names import check_display_name  # noqa: PLC0415

    check_display_name(name)
    return name


def _check_destination(destination: str | None) -> None:
    from oci_mlflow_core.spec.values import DESTINATION  # noqa: PLC0415

    if destination is not None and not DESTINATION.allows(destination):
        raise click.BadParameter(
            f"expected {DESTINATION.expected_of(destination)}, got '{destination}'", param_hint="'--destination'"
        )


def _has_places(text: str) -> bool:
    """Whether a key that is in use holds a placeholder; those behind a comment sign are examples."""
    return any(_PLACE.search(line) for line in text.splitlines() if not line.lstrip().startswith("#"))


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False
