"""The Dockerfile of an image: its base, its layers, and how it is run. Nothing is run while it is built."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from oci_mlflow_builders.images.configuration import RunSettings
from oci_mlflow_core.model.image import ImageReference


def dockerfile(base: ImageReference, archives: Sequence[str], run: RunSettings) -> str:
    """The text.

    Args:
        base: With its digest.
        archives: Names of the layers' archives in the context, the lowest first; engines unpack them.
        run: How the image is run.
    """
    return "".join(f"{line}\n" for line in _lines(base, archives, run))


def _lines(base: ImageReference, archives: Sequence[str], run: RunSettings) -> Iterator[str]:
    yield f"FROM {base.place}@{base.digest}"
    yield from (f"ADD {json.dumps([archive, '/'])}" for archive in archives)
    yield from (f"ENV {name}={_quoted(value)}" for name, value in run.environment.items())
    yield from (f"LABEL {_quoted(name)}={_quoted(value)}" for name, value in run.labels.items())
    yield f"EXPOSE {run.port}"
    yield f"USER {run.user}"
    yield f"WORKDIR {run.folder}"
    yield "STOPSIGNAL SIGTERM"
    yield f"ENTRYPOINT {json.dumps(list(run.entrypoint))}"


def _quoted(text: str) -> str:
    """As the parser of Dockerfiles takes it: nothing in it is expanded."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return f'"{escaped}"'
