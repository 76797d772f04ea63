"""``oci-mlflow packs``: the packs that this machine keeps."""

from __future__ import annotations

import click

from oci_mlflow_plugin.cli.lazy_group import LazyGroup


@click.group(
    "packs",
    cls=LazyGroup,
    package=__name__,
    names=("list", "prune", "show", "verify", "pull"),
    short_help="Look after the packs that this machine keeps.",
)
def command() -> None:
    """Look after the packs that this machine keeps, so that no environment is built twice.

    They are kept up to OCI_MLFLOW_PACKS_MAX_BYTES bytes together, those that were used last.
    """
