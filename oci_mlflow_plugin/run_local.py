"""``mlflow deployments run-local``: a deployment on this machine for as long as the command runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oci_mlflow_core.model.target import LOCAL, SCHEME, Target
from oci_mlflow_plugin.errors import leaving_as_mlflow_errors
from oci_mlflow_plugin.same_target import tell_once

_ARGUMENTS_WITH_TARGET = 5


def run_local(*arguments: Any, **named: Any) -> None:  # noqa: ANN401
    """Serves a model in the foreground until Ctrl-C, from the same pack and artifact that OCI would get.

    MLflow's command line calls ``run_local(name, model_uri, flavor, config)``; its documentation says
    ``run_local(target, name, model_uri, flavor, config)``. Both are understood.

    Args:
        *arguments: ``[target,] name, model_uri[, flavor[, config]]``.
        **named: The same by name.

    Raises:
        OciMlflowError: The model cannot be served.
    """
    name, model_uri, flavor, config = _read(arguments, dict(named))
    tell_once()
    from oci_mlflow_plugin import verbs  # noqa: PLC0415 (what is heavy is imported when it is used)
    from oci_mlflow_plugin.options import parse_options  # noqa: PLC0415

    with leaving_as_mlflow_errors():
        verbs.refuse_flavor(flavor)
        verbs.run_here(Target(region=LOCAL), name, model_uri, parse_options("run-local", config))


def _read(arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[str, str, str | None, Mapping[str, Any] | None]:
    named.pop("target", None)
    if (
        arguments
        and _is_target(arguments[0])
        and (len(arguments) == _ARGUMENTS_WITH_TARGET or _leaves_model(arguments, named))
    ):
        arguments = arguments[1:]
    values = {**dict(zip(("name", "model_uri", "flavor", "config"), arguments, strict=False)), **named}
    missing = [wanted for wanted in ("name", "model_uri") if wanted not in values]
    if missing:
        message = f"run_local() needs {' and '.join(missing)}"
        raise TypeError(message)
    return values["name"], values["model_uri"], values.get("flavor"), values.get("config")


def _is_target(value: object) -> bool:
    return isinstance(value, str) and value.split(":")[0] == SCHEME


def _leaves_model(arguments: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether a name and a model are still given when the first argument is taken for the target."""
    return len(arguments) >= 3 or "model_uri" in named  # noqa: PLR2004 (target, name, model URI)
