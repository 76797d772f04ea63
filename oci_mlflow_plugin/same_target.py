"""The distribution ``oci-mlflow``, which claims the target ``oci-datascience`` as this project does.

MLflow takes whichever entry point Python lists last, and says nothing about it; so it is said here.
"""

from __future__ import annotations

import functools

from oci_mlflow_core.model.target import SCHEME

OTHER = "oci-mlflow"
OURS = "oci-mlflow-plugin"
_GROUP = "mlflow.deployments"


def notice() -> str | None:
    """What the user should know where both are installed; None where the other one is not. Takes milliseconds."""
    from importlib import metadata  # noqa: PLC0415 (only when it is asked)

    try:
        version = metadata.version(OTHER)
    except metadata.PackageNotFoundError:
        return None
    return (
        f"{OTHER} {version} is installed too, and it claims the target '{SCHEME}' as {OURS} does; "
        f"'mlflow deployments' uses {_taken()} now, and any later installation may change that. "
        f"Keep one of them: python -m pip uninstall {OTHER}"
    )


@functools.cache
def tell_once() -> None:
    """Says it on stderr, once in the life of the process."""
    text = notice()
    if text:
        from oci_mlflow_plugin.adapters.home.clock import SystemClock  # noqa: PLC0415 (only where there is a word to say)
        from oci_mlflow_plugin.progress.plain_lines import PlainLines  # noqa: PLC0415

        PlainLines(SystemClock()).note(text)


def _taken() -> str:
    """The distribution whose entry point MLflow takes: the last one (mlflow.deployments.plugin_manager)."""
    from importlib import metadata  # noqa: PLC0415

    claims = [found for found in metadata.entry_points(group=_GROUP) if found.name == SCHEME]
    last = claims[-1].dist if claims else None
    return last.name if last else OURS
