"""Where requests and the model's own output are logged (``categoryLogDetails``)."""

from __future__ import annotations

import attrs

from oci_mlflow_core.spec.infrastructure import Infrastructure, LogRef
from oci_mlflow_plugin.adapters.oci.deployments.tree.plain import Plain, without_none


def category_logs(infrastructure: Infrastructure) -> Plain:
    """Both logs; a flat ``logId`` with its ``logGroupId`` is both of them and wins, as in ADS.

    Source: oci.data_science.models.CategoryLogDetails.
    """
    if infrastructure.log_id and infrastructure.log_group_id:
        both = LogRef(log_group_id=infrastructure.log_group_id, log_id=infrastructure.log_id)
        return {"access": _written(both), "predict": _written(both)}
    return without_none(access=_written(infrastructure.access_log), predict=_written(infrastructure.predict_log))


def with_logs(infrastructure: Infrastructure, logs: Plain | None) -> Infrastructure:
    """`infrastructure` with what ``categoryLogDetails`` say, as ``accessLog`` and ``predictLog``."""
    found = logs or {}
    return attrs.evolve(infrastructure, access_log=_read(found.get("access")), predict_log=_read(found.get("predict")))


def _written(log: LogRef | None) -> Plain | None:
    return None if log is None else {"logId": log.log_id, "logGroupId": log.log_group_id}


def _read(log: Plain | None) -> LogRef | None:
    return LogRef(log_group_id=log.get("logGroupId"), log_id=log.get("logId")) if log else None
