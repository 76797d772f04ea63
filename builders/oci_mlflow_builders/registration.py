"""The builders of this package, for the hooks; nothing is imported that choosing a builder does not need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from oci_mlflow_builders.uv.refusals import refuses, unusable
from oci_mlflow_core.hookspecs import EnvBuilderDescriptor, hookimpl

if TYPE_CHECKING:
    from oci_mlflow_core.ports.env_builder import EnvBuilder

#: Below the default, so that it is taken before a builder that needs more than a wheel; above what conda channels give.
_UV_RANK = 50


@hookimpl
def oci_mlflow_register_env_builders() -> Iterable[EnvBuilderDescriptor]:
    """The builder 'uv'."""
    return [
        EnvBuilderDescriptor(
            name="uv",
            summary="Builds with uv from pip indexes alone; needs no conda and no container",
            builds="pip requirements",
            factory=_make_uv,
            unusable=unusable,
            refuses=refuses,
            rank=_UV_RANK,
        )
    ]


def _make_uv() -> EnvBuilder:
    from oci_mlflow_builders.uv.builder import UvBuilder  # noqa: PLC0415 - only when it is chosen

    return UvBuilder()
