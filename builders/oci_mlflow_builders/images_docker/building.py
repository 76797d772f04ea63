"""Building the Dockerfile: with BuildKit where the engine prefers it and its command is here, else by the engine."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from oci_mlflow_builders.commands import TAIL, run
from oci_mlflow_builders.docker.engine import Engine
from oci_mlflow_builders.images_docker.context import Stream, stream_of
from oci_mlflow_builders.images_docker.faults import NAME
from oci_mlflow_builders.redaction import redact
from oci_mlflow_core.errors import ImageBuildError
from oci_mlflow_core.ports.progress_sink import Step

#: Files and images are as old as this, in seconds since 1970, where BuildKit knows of it: 1980-01-01.
_EPOCH: Final = "315532800"
#: What the engine's header says that prefers BuildKit. Source: Docker Engine API, "Ping".
_BUILDKIT: Final = "2"
_PASSED_ON: Final = ("PATH", "HOME", "DOCKER_CONFIG", "DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")


def build(  # noqa: PLR0913, PLR0917 - what an engine has to know
    engine: Engine, context: Path, tag: str, platform: str, environ: Mapping[str, str], step: Step
) -> None:
    """Builds the context into an image of that name.

    Raises:
        ImageBuildError: The engine refuses.
        BuildError: It has gone.
    """
    program = _buildx(engine, environ)
    step.says(f"building the image with {'BuildKit' if program else 'the engine'}")
    if program is not None:
        _with_buildkit(program, context, tag, platform, environ, step)
    else:
        _by_the_engine(engine, context, tag, platform, step)


def _buildx(engine: Engine, environ: Mapping[str, str]) -> str | None:
    """The docker command, where BuildKit can be had through it."""
    if engine.builder_version != _BUILDKIT:
        return None
    program = shutil.which("docker", path=environ.get("PATH"))
    if program is None:
        return None
    asked = run([program, "buildx", "version"], environment=_variables(environ), folder=Path("/"))
    return program if asked.succeeded else None


def _with_buildkit(  # noqa: PLR0913, PLR0917 - as above
    program: str, context: Path, tag: str, platform: str, environ: Mapping[str, str], step: Step
) -> None:
    finished = run(
        [
            *(program, "buildx", "build", "--load", "--progress", "plain", "--platform", platform, "--tag", tag),
            *("--build-arg", f"SOURCE_DATE_EPOCH={_EPOCH}", str(context)),
        ],
        environment={**_variables(environ), "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"},
        folder=context,
        on_line=lambda line: step.says(redact(line).strip()),
    )
    if not finished.succeeded:
        raise ImageBuildError(NAME, "BuildKit could not build the image", finished.tail)


def _by_the_engine(engine: Engine, context: Path, tag: str, platform: str, step: Step) -> None:
    last: deque[str] = deque(maxlen=TAIL)
    with engine.told("building the image"):
        lines = engine.client.api.build(
            fileobj=Stream(stream_of(context)),
            custom_context=True,
            tag=tag,
            platform=platform,
            rm=True,
            forcerm=True,
            decode=True,
        )
        # whoever stops listening ends the build
        with closing(lines):
            for line in lines:
                if "error" in line:
                    said = redact(str(line["error"]))
                    raise ImageBuildError(NAME, f"the engine could not build the image: {said}", tuple(last))
                for text in _said(line):
                    last.append(text)
                    step.says(text)


def _said(line: Mapping[str, Any]) -> Iterator[str]:
    text = redact(str(line.get("stream") or "")).strip()
    if text:
        yield text


def _variables(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[name] for name in _PASSED_ON if name in environ}
