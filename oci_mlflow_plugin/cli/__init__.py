"""The command ``oci-mlflow``: what MLflow's own commands have no place for."""

from __future__ import annotations

import click

from oci_mlflow_plugin.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    package=__name__,
    names=(
        *("demo", "init", "validate", "schema", "plan", "predict"),
        *("activate", "deactivate", "logs", "shapes", "doctor"),
        *("lock", "packs", "builders", "version"),
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def main() -> None:
    """Deployment files, plans and predictions for the MLflow target oci-datascience.

    Deployments themselves are made, changed and removed by MLflow's own commands; 'mlflow deployments help -t
    oci-datascience' tells about them.
    """
