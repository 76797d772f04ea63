"""Options that several commands take, called as MLflow's own commands call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_C = TypeVar("_C", bound=Callable[..., Any])


def target_option(function: _C) -> _C:
    """``-t``: where the deployment is."""
    return click.option(
        "-t",
        "--target",
        required=True,
        envvar="MLFLOW_DEPLOYMENTS_TARGET",
        show_envvar=True,
        metavar="TARGET",
        help="The target, such as oci-datascience://local for this machine.",
    )(function)


def optional_target_option(function: _C) -> _C:
    """``-t`` for commands that mean OCI, with region and profile from the environment, where it is left out."""
    return click.option(
        "-t",
        "--target",
        default="oci-datascience",
        show_default=True,
        envvar="MLFLOW_DEPLOYMENTS_TARGET",
        show_envvar=True,
        metavar="TARGET",
        help="The target, such as oci-datascience://local for this machine.",
    )(function)


def name_option(function: _C) -> _C:
    """``--name``: which deployment."""
    return click.option("--name", required=True, metavar="NAME", help="Display name or OCID of the deployment.")(
        function
    )


def config_option(function: _C) -> _C:
    """``-C name=value``, any number of times."""
    return click.option(
        "-C",
        "--config",
        multiple=True,
        metavar="NAME=VALUE",
        help="An option of the command, or a value of the deployment file by its path; can be given several times.",
    )(function)


def config_of(given: tuple[str, ...]) -> dict[str, str]:
    """What ``-C`` said, as MLflow reads it: name and value are separated by the first ``=``.

    Raises:
        click.BadParameter: One has no ``=``, or a name is given twice.
    """
    config: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"expected NAME=VALUE, got '{text}'", param_hint="'-C'")
        if name in config:
            raise click.BadParameter(f"'{name}' is given twice", param_hint="'-C'")
        config[name] = value
    return config
