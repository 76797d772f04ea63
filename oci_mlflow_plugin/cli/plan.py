"""``oci-mlflow plan``: what one of MLflow's commands would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from oci_mlflow_plugin.cli.settings import config_of, config_option, name_option, target_option

if TYPE_CHECKING:
    from oci_mlflow_core.model.target import Target
    from oci_mlflow_core.planning.plan import Plan
    from oci_mlflow_plugin.options import ParsedOptions


@click.command("plan")
@click.argument("verb", type=click.Choice(("create", "update", "delete")))
@target_option
@name_option
@click.option("-m", "--model-uri", metavar="URI", help="The model; needed by create, possible for update.")
@config_option
def command(verb: str, target: str, name: str, model_uri: str | None, config: tuple[str, ...]) -> None:
    """Print what create, update or delete would do, and do nothing.

    Takes the options of 'mlflow deployments create', 'update' and 'delete'.
    """
    from oci_mlflow_core.model.target import Target  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_plugin.options import parse_options  # noqa: PLC0415

    if verb == "create" and model_uri is None:
        raise click.UsageError("'create' needs a model: -m URI.")
    if verb == "delete" and model_uri is not None:
        raise click.UsageError("'delete' takes no model: leave -m out.")
    options = parse_options(verb, config_of(config))
    click.echo(str(_plan(verb, Target.parse(target), name, model_uri, options)))


def _plan(verb: str, target: Target, name: str, model_uri: str | None, options: ParsedOptions) -> Plan:
    from oci_mlflow_core.usecases import requests  # noqa: PLC0415
    from oci_mlflow_plugin import verbs  # noqa: PLC0415
    from oci_mlflow_plugin.composition import compose  # noqa: PLC0415

    if verb == "delete":
        from oci_mlflow_core.usecases.delete_deployment import plan_delete  # noqa: PLC0415

        ports = compose(target, options.command)
        return plan_delete(ports, requests.DeleteDeployment(name=name, options=options.command))
    loaded = verbs.loaded_spec(options)
    ports = compose(target, options.command, infrastructure=loaded.spec.infrastructure)
    if verb == "create" and model_uri is not None:
        from oci_mlflow_core.usecases.create_deployment import plan_create  # noqa: PLC0415

        return plan_create(
            ports, requests.CreateDeployment(name=name, model_uri=model_uri, loaded=loaded, options=options.command)
        )
    from oci_mlflow_core.usecases.update_deployment import plan_update  # noqa: PLC0415

    return plan_update(
        ports, requests.UpdateDeployment(name=name, model_uri=model_uri, loaded=loaded, options=options.command)
    )
