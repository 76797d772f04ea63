"""``oci-mlflow doctor``: whether a deployment would find what it needs."""

from __future__ import annotations

import click

from oci_mlflow_plugin.cli.settings import config_of, config_option, target_option

_MARKS = {"passed": ("ok", "green"), "failed": ("FAILED", "red"), "noted": ("note", "yellow"), "skipped": ("-", None)}
_WIDTH = 6


@click.command("doctor", short_help="See whether a deployment finds what it needs.")
@target_option
@click.option("-m", "--model-uri", metavar="URI", help="The model that is to be deployed.")
@config_option
def command(target: str, model_uri: str | None, config: tuple[str, ...]) -> None:
    """Look, without changing anything, whether a deployment finds what it needs.

    Takes the deployment file of a create: -C deploy-config-file=deploy.yaml. Each finding that failed comes with the
    policy statement, setting or command that mends it; the exit code is 1 then.
    """
    from oci_mlflow_core.model.target import Target  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_core.ports.inspector import Outcome  # noqa: PLC0415
    from oci_mlflow_plugin import operations  # noqa: PLC0415
    from oci_mlflow_plugin.options import parse_options  # noqa: PLC0415

    failed = 0
    for finding in operations.diagnose(Target.parse(target), parse_options("doctor", config_of(config)), model_uri):
        mark, colour = _MARKS[finding.outcome.value]
        click.echo(f"{click.style(f'{mark:<{_WIDTH}}', fg=colour)}  {finding.subject}: {finding.told}")
        for line in finding.remedy.splitlines():
            click.echo(f"{'':<{_WIDTH}}    {line}")
        failed += finding.outcome is Outcome.FAILED
    if failed:
        raise click.ClickException(
            f"{failed} of the things that a deployment needs {'is' if failed == 1 else 'are'} amiss"
        )
