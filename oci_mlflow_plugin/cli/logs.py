"""``oci-mlflow logs``: what a deployment and its requests wrote."""

from __future__ import annotations

import click

from oci_mlflow_plugin.cli.durations import Duration
from oci_mlflow_plugin.cli.settings import name_option, target_option


@click.command("logs")
@target_option
@name_option
@click.option(
    "--log", type=click.Choice(("predict", "access", "both")), default="both", show_default=True, help="Which log."
)
@click.option(
    "--since",
    type=Duration(),
    default="1h",
    show_default=True,
    metavar="TIME",
    help="How far to look back: 15m, 2h, 1d.",
)
@click.option("--tail", type=click.IntRange(min=0), metavar="N", help="Only the last N lines of them.")
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines until Ctrl-C.")
def command(*, target: str, name: str, log: str, since: float, tail: int | None, follow: bool) -> None:  # noqa: PLR0913 (one for each option)
    """Print what a deployment logged, oldest first.

    The predict log has what the model and its server print, the access log a line for each request. Both are there
    when the deployment file names them (accessLog, predictLog, or logId with logGroupId).
    """
    from oci_mlflow_core.model.target import Target  # noqa: PLC0415 (only when the command runs)
    from oci_mlflow_core.ports.inspector import LogKind  # noqa: PLC0415
    from oci_mlflow_core.usecases.read_logs import ReadLogs  # noqa: PLC0415
    from oci_mlflow_plugin import operations  # noqa: PLC0415

    kinds = tuple(LogKind) if log == "both" else (LogKind(log),)
    request = ReadLogs(kinds=kinds, since=since, tail=tail, follow=follow)
    try:
        for line in operations.logs(Target.parse(target), name, request):
            click.echo(f"{line.time:%Y-%m-%dT%H:%M:%S}Z {line.kind:<7} {line.text}")
    except KeyboardInterrupt:
        if not follow:
            raise
