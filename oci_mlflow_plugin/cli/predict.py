"""``oci-mlflow predict``: predictions from files that MLflow's own command cannot read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oci_mlflow_plugin.cli.settings import target_option

if TYPE_CHECKING:
    from oci_mlflow_core.usecases.ports import Ports

_FORMATS = ("json", "csv", "parquet")


@click.command("predict", short_help="Ask a deployment for predictions.")
@target_option
@click.option("--name", required=True, metavar="NAME", help="Display name, OCID or URL of the deployment.")
@click.option("-I", "--input-path", metavar="FILE", help="The data: JSON, CSV or Parquet; - is standard input.")
@click.option("--data", metavar="JSON", help="The data itself, as JSON.")
@click.option(
    "--content-type", type=click.Choice(_FORMATS), help="Form of the data; by default what the file's name ends in."
)
@click.option("--params", metavar="JSON", help="Parameters of the model's signature, as a JSON object.")
@click.option(
    "-o",
    "-O",
    "--output-path",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the predictions to a file instead of standard output.",
)
def command(  # noqa: PLR0913 (one for each option)
    *,
    target: str,
    name: str,
    input_path: str | None,
    data: str | None,
    content_type: str | None,
    params: str | None,
    output_path: Path | None,
) -> None:
    """Ask a deployment for predictions, and print its answer as JSON.

    JSON may have any form that the deployment accepts: "dataframe_split", "dataframe_records", "instances", "inputs",
    {"columns", "index", "data"}, a list of rows, or a chat request. In a CSV file a column whose cells are all JSON
    numbers is sent as numbers (as text where the model's signature says so), one of true and false as booleans, an
    empty cell as null, and everything else as text.
    """
    if (input_path is None) == (data is None):
        raise click.UsageError("Give the data with one of -I and --data.")
    if data is not None and content_type not in {None, "json"}:
        raise click.UsageError(f"--data is JSON, so '--content-type {content_type}' means nothing here.")
    given = _params(params)
    ports = _ports(target)
    inputs = data if data is not None else _inputs(ports, name, str(input_path), content_type)
    answer = json.dumps(_predictions(ports, name, inputs, given), ensure_ascii=False)
    if output_path is None:
        click.echo(answer)
    else:
        from oci_mlflow_plugin.cli.writing import write_text  # noqa: PLC0415 (only when it is needed)

        write_text(output_path, f"{answer}\n")


def _ports(target: str) -> Ports:
    from oci_mlflow_core.model.target import Target  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin.composition import compose  # noqa: PLC0415

    return compose(Target.parse(target))


def _inputs(ports: Ports, name: str, path: str, content_type: str | None) -> Any:  # noqa: ANN401 (a user's data)
    from oci_mlflow_plugin.cli import data_files  # noqa: PLC0415 (only when the command runs)

    return data_files.read(path, content_type, lambda: _text_columns(ports, name))


def _text_columns(ports: Ports, name: str) -> frozenset[str]:
    """The columns that hold text by the model's signature."""
    from oci_mlflow_plugin.payload.signature import column_types  # noqa: PLC0415
    from oci_mlflow_plugin.verbs import signature_of  # noqa: PLC0415

    types = column_types(signature_of(ports, name))
    return frozenset(column for column, kind in types.items() if kind == "string")


def _params(text: str | None) -> Mapping[str, Any] | None:
    if text is None:
        return None
    try:
        params = json.loads(text)
    except ValueError as fault:
        raise click.BadParameter(f"not JSON: {fault}", param_hint="'--params'") from fault
    if not isinstance(params, dict):
        raise click.BadParameter("expected a JSON object of names and values", param_hint="'--params'")
    return params


def _predictions(ports: Ports, name: str, inputs: Any, params: Mapping[str, Any] | None) -> dict[str, Any]:  # noqa: ANN401
    from oci_mlflow_core.usecases.predict import predict  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin.payload.decode import decode_answer  # noqa: PLC0415
    from oci_mlflow_plugin.payload.encode import encode_inputs  # noqa: PLC0415

    return dict(decode_answer(predict(ports.service, name, encode_inputs(inputs, params)), name))
