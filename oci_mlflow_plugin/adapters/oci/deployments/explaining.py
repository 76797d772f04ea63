"""Why a deployment does not serve: its own details, its last work request, and what the model printed."""

from __future__ import annotations

from datetime import timedelta

import attrs

from oci_mlflow_core.errors import DeploymentError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_core.ports.inspector import LogKind
from oci_mlflow_plugin.adapters.oci.deployments.reading import Found
from oci_mlflow_plugin.adapters.oci.deployments.work_requests import WorkRequest, WorkRequests
from oci_mlflow_plugin.adapters.oci.inspection.log_lines import lines_of
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

_UNWELL = frozenset({LifecycleState.FAILED, LifecycleState.NEEDS_ATTENTION})
#: Lines of each log, and how far back those of the predict log are looked for.
_TAIL = 20
_BACK = timedelta(hours=1)


def explained(connection: Connection, seen: Found, last: WorkRequest | None, messages: tuple[str, ...]) -> Deployment:
    """The deployment; one that is unwell, with why, as far as the service says.

    What cannot be read is said in its place, and is no error: the deployment's own state is what was asked for.
    """
    deployment = seen.deployment
    if deployment.state not in _UNWELL:
        return deployment
    reasons = [deployment.lifecycle_details]
    if last is not None and last.failed:
        reasons += _errors(connection, last)
    return attrs.evolve(
        deployment,
        lifecycle_details="; ".join(_without_repetition(reasons)),
        log_tail=(*messages[-_TAIL:], *_predict_log(connection, seen)),
    )


def _without_repetition(reasons: list[str]) -> list[str]:
    """The service often tells one reason in several places, with more or less around it."""
    unique = [reason for reason in dict.fromkeys(reasons) if reason]
    return [reason for reason in unique if not any(reason != other and reason in other for other in unique)]


def _errors(connection: Connection, last: WorkRequest) -> tuple[str, ...]:
    try:
        return WorkRequests(connection).errors(last.id)
    except DeploymentError as refusal:
        return (f"(the errors of its work request cannot be read: {refusal})",)


def _predict_log(connection: Connection, seen: Found) -> tuple[str, ...]:
    if not seen.has_predict_log:
        return ()
    now = connection.clock.now()
    try:
        lines = lines_of(connection, seen.deployment, (LogKind.PREDICT,), now - _BACK, now)
    except DeploymentError as refusal:
        return (f"(the predict log cannot be read: {refusal})",)
    return tuple(line.text for line in lines[-_TAIL:])
