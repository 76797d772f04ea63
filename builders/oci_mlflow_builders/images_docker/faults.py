"""Failures of this maker of images."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from oci_mlflow_core.errors import BuildError, ImageBuildError

NAME: Final = "docker"


@contextmanager
def told_as_image_errors() -> Iterator[None]:
    """Within the context what the engine's other users say about environments is said about images."""
    try:
        yield
    except BuildError as fault:
        told = ImageBuildError(NAME, fault.reason, fault.log_tail, fault.hint)
        told.leftovers = fault.leftovers
        raise told from fault
    except ImageBuildError as fault:
        fault.builder = NAME
        raise
