"""What this project's own commands do beside MLflow's verbs; errors are still the core's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.usecases import requests
from oci_mlflow_plugin.adapters.home.clock import SystemClock
from oci_mlflow_plugin.composition import compose, compose_inspector, registry_with_notes
from oci_mlflow_plugin.options import ParsedOptions
from oci_mlflow_plugin.progress.choice import progress_on_stderr
from oci_mlflow_plugin.results import deployment_result

if TYPE_CHECKING:
    from oci_mlflow_core.model.artifact import ModelFacts
    from oci_mlflow_core.ports.inspector import Finding, LogLine, Shape
    from oci_mlflow_core.usecases.read_logs import ReadLogs


def activate(target: Target, name: str, options: ParsedOptions) -> dict[str, Any]:
    """Lets an inactive deployment serve again."""
    from oci_mlflow_core.usecases.switch_deployment import Switch, switch_deployment  # noqa: PLC0415

    request = requests.SwitchDeployment(name=name, options=options.command)
    return deployment_result(switch_deployment(compose(target, options.command), request, Switch.ACTIVATE))


def deactivate(target: Target, name: str, options: ParsedOptions) -> dict[str, Any]:
    """Ends the instances of a deployment; its OCID and URL stay."""
    from oci_mlflow_core.usecases.switch_deployment import Switch, switch_deployment  # noqa: PLC0415

    request = requests.SwitchDeployment(name=name, options=options.command)
    return deployment_result(switch_deployment(compose(target, options.command), request, Switch.DEACTIVATE))


def logs(target: Target, name: str, request: ReadLogs) -> Iterator[LogLine]:
    """The lines of a deployment's logs, oldest first."""
    from oci_mlflow_core.usecases.finding import find_deployment  # noqa: PLC0415
    from oci_mlflow_core.usecases.read_logs import read_logs  # noqa: PLC0415

    ports = compose(target)
    deployment = find_deployment(ports.service.lifecycle, name)
    yield from read_logs(compose_inspector(target), ports.clock, deployment, request)


def shapes(target: Target) -> tuple[Shape, ...]:
    """The compute shapes that deployments can run on there."""
    return compose_inspector(target).shapes()


def diagnose(target: Target, options: ParsedOptions, model_uri: str | None) -> Iterator[Finding]:
    """What a deployment needs of the service, and how it stands about it; reads only."""
    from oci_mlflow_plugin.verbs import loaded_spec  # noqa: PLC0415

    loaded = loaded_spec(options)
    inspector = compose_inspector(target, loaded.spec.infrastructure)
    yield from inspector.examine(loaded.spec, _facts(target, model_uri))


def _facts(target: Target, model_uri: str | None) -> ModelFacts | None:
    if model_uri is None:
        return None
    source = compose(target).source
    return source.inspect(source.resolve(model_uri))


def lock(target: Target, model_uri: str, options: ParsedOptions) -> str:
    """The lock of a model's environment as ``-C lock`` reads it: JSON with a key a line, in order."""
    import json  # noqa: PLC0415

    from oci_mlflow_core.usecases.lock_environment import lock_environment  # noqa: PLC0415
    from oci_mlflow_plugin.verbs import loaded_spec  # noqa: PLC0415

    loaded = loaded_spec(options)
    ports = compose(target, options.command, infrastructure=loaded.spec.infrastructure)
    request = requests.LockModel(model_uri=model_uri, loaded=loaded, options=options.command)
    return json.dumps(lock_environment(ports, request).to_plain(), indent=2, sort_keys=True) + "\n"


def builders() -> list[dict[str, Any]]:
    """The environment builders that are installed, the one that is asked first at the head."""
    registry = registry_with_notes(progress_on_stderr(SystemClock()))
    ranked = sorted(registry.builders, key=lambda builder: (builder.rank, builder.name))
    return [
        {
            "name": builder.name,
            "distribution": registry.owners[builder.name],
            "summary": builder.summary,
            "builds": builder.builds,
            "unusable": builder.unusable(),
            "rank": builder.rank,
        }
        for builder in ranked
    ]


def image_builders() -> list[dict[str, Any]]:
    """The image builders that are installed, the one that is asked first at the head."""
    registry = registry_with_notes(progress_on_stderr(SystemClock()))
    ranked = sorted(registry.image_builders, key=lambda builder: (builder.rank, builder.name))
    return [
        {
            "name": builder.name,
            "distribution": registry.image_owners[builder.name],
            "summary": builder.summary,
            "builds": "container images",
            "unusable": builder.unusable(),
            "rank": builder.rank,
        }
        for builder in ranked
    ]


def log_dicts(target: Target, name: str, log: str, since: float, tail: int | None) -> list[dict[str, str]]:
    """The lines as plain dicts."""
    from oci_mlflow_core.ports.inspector import LogKind  # noqa: PLC0415
    from oci_mlflow_core.usecases.read_logs import ReadLogs  # noqa: PLC0415

    if log not in {"both", *LogKind}:
        raise InvalidRequestError(f"there is no log '{log}' of a deployment", "Give predict, access or both.")
    kinds = tuple(LogKind) if log == "both" else (LogKind(log),)
    lines = logs(target, name, ReadLogs(kinds=kinds, since=since, tail=tail))
    return [{"time": line.time.isoformat(), "log": line.kind.value, "text": line.text} for line in lines]


def shape_dicts(target: Target) -> list[dict[str, Any]]:
    """The shapes as plain dicts."""
    return [attrs.asdict(shape) for shape in shapes(target)]


def finding_dicts(target: Target, options: ParsedOptions, model_uri: str | None) -> list[dict[str, str]]:
    """The findings as plain dicts."""
    return [
        {"subject": found.subject, "outcome": found.outcome.value, "told": found.told, "remedy": found.remedy}
        for found in diagnose(target, options, model_uri)
    ]
