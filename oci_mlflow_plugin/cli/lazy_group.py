"""A group of commands, each in a module of its own that is imported when it is asked for."""

from __future__ import annotations

import importlib
from typing import Any

import click

from oci_mlflow_core.errors import DeploymentError, nearest
from oci_mlflow_plugin.error_text import error_text


class LazyGroup(click.Group):
    """The command ``x`` is the function ``command`` of the module ``<package>.x``.

    A `DeploymentError` that leaves a command ends it with one clean message and exit code 1.
    """

    def __init__(self, *arguments: Any, package: str, names: tuple[str, ...], **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        self._package = package
        self._names = names

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(self._names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        if cmd_name not in self._names:
            return None
        found = importlib.import_module(f"{self._package}.{cmd_name}").command
        return found if isinstance(found, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        given = args[0]
        near = nearest(given, self._names)
        if given not in self._names and near and not given.startswith("-"):
            raise click.UsageError(f"No such command '{given}'. Did you mean '{near}'?", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's signature)
        try:
            return super().invoke(ctx)
        except DeploymentError as error:
            raise click.ClickException(error_text(error)) from error
