"""What ``oci-mlflow activate`` and ``oci-mlflow deactivate`` have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from oci_mlflow_core.model.target import Target
from oci_mlflow_plugin.cli.settings import config_of
from oci_mlflow_plugin.options import ParsedOptions, parse_options

Operation = Callable[[Target, str, ParsedOptions], dict[str, Any]]


def switch(verb: str, operation: Operation, target: str, name: str, config: tuple[str, ...]) -> None:
    """Carries it out and says in which state the deployment is."""
    result = operation(Target.parse(target), name, parse_options(verb, config_of(config)))
    click.echo(f"{result['name']} is {result['state']} ({result['id']})")
