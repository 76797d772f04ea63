"""``oci-mlflow version``: what is installed here."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import suppress

import click

_DISTRIBUTIONS = ("oci-mlflow-plugin", "mlflow", "mlflow-skinny", "uv")


@click.command("version")
def command() -> None:
    """Print the versions of this project and of what it works with."""
    from oci_mlflow_plugin import same_target  # noqa: PLC0415 (only when the command runs)

    for name, version in _versions():
        click.echo(f"{name} {version}")
    notice = same_target.notice()
    if notice:
        click.echo(f"note: {notice}", err=True)


def _versions() -> Iterator[tuple[str, str]]:
    from importlib import metadata  # noqa: PLC0415

    for name in _DISTRIBUTIONS:
        with suppress(metadata.PackageNotFoundError):
            yield name, metadata.version(name)
    yield platform.python_implementation(), f"{platform.python_version()} ({platform.system()} {platform.machine()})"
