"""Registers a builder under a name that is taken."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.hookspecs import EnvBuilderDescriptor, hookimpl
from oci_mlflow_core.ports.env_builder import EnvBuilder


@hookimpl
def oci_mlflow_register_env_builders() -> Iterable[EnvBuilderDescriptor]:
    """A second 'uv'."""
    yield EnvBuilderDescriptor(name="uv", summary="Is never used", builds="nothing", factory=_never)


def _never() -> EnvBuilder:
    raise AssertionError("the first builder of a name is the one that is used")
