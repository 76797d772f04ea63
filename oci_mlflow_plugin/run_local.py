"""``mlflow deployments run-local``: a deployment on this machine for as long as the command runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oci_mlflow_core.model.target import LOCAL, SCHEME, Target
from oci_mlflow_plugin import argument_types
from oci_mlflow_plugin.errors import leaving_as_mlflow_errors
from oci_mlflow_plugin.results import FLAVOR
from oci_mlflow_plugin.same_target import tell_once

_NAMES = ("name", "model_uri", "flavor", "config")


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
        options = parse_options("run-local", argument_types.mapping("config", config))
        verbs.run_here(Target(region=LOCAL), argument_types.name(name), argument_types.model_uri(model_uri), options)


def _read(arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[str, str, str | None, Mapping[str, Any] | None]:
    named.pop("target", None)
    if _begins_with_target(arguments, named):
        arguments = arguments[1:]
    if len(arguments) > len(_NAMES):
        raise TypeError(f"run_local() takes {', '.join(_NAMES)}, and {len(arguments)} arguments were given")
    values = dict(zip(_NAMES, arguments, strict=False))
    for name, value in named.items():
        if name not in _NAMES or name in values:
            fault = "has no argument" if name not in _NAMES else "got two values for the argument"
            raise TypeError(f"run_local() {fault} '{name}'")
        values[name] = value
    missing = [wanted for wanted in ("name", "model_uri") if wanted not in values]
    if missing:
        raise TypeError(f"run_local() needs {' and '.join(missing)}")
    return values["name"], values["model_uri"], values.get("flavor"), values.get("config")


def _begins_with_target(arguments: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether the first argument is a target, and not a deployment that is called like one."""
    if not arguments or not isinstance(arguments[0], str) or arguments[0].split(":")[0] != SCHEME:
        return False
    if len(arguments) > len(_NAMES):
        return True
    name, model_uri = "name" in named, "model_uri" in named
    if name or model_uri:
        return len(arguments) + name + model_uri > 2  # noqa: PLR2004 (name and model)
    third = arguments[2] if len(arguments) > 2 else None  # noqa: PLR2004 (the model, or the flavor)
    return isinstance(third, str) and third != FLAVOR
