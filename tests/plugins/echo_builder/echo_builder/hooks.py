"""What the entry point names; cheap to import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oci_mlflow_core.hookspecs import EnvBuilderDescriptor, hookimpl

if TYPE_CHECKING:
    from oci_mlflow_core.model.environment import EnvironmentRequest
    from oci_mlflow_core.ports.env_builder import EnvBuilder


@hookimpl
def oci_mlflow_register_env_builders() -> Iterable[EnvBuilderDescriptor]:
    """The builder 'echo'."""
    yield EnvBuilderDescriptor(
        name="echo",
        summary="Copies what is installed here",
        builds="pip requirements that are installed here",
        factory=_echo,
        refuses=_refuses,
        rank=1000,
    )


def _refuses(request: EnvironmentRequest) -> str | None:
    return f"copies no conda packages, such as {request.conda[0]}" if request.conda else None


def _echo() -> EnvBuilder:
    from echo_builder.builder import EchoBuilder  # noqa: PLC0415 (only when it is chosen)

    return EchoBuilder()
