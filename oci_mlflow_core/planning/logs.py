"""The two spellings of a deployment's logs as one."""

from __future__ import annotations

import attrs

from oci_mlflow_core.spec.infrastructure import Infrastructure, LogRef

_SPEC = "spec.infrastructure.spec"
_FLAT = frozenset({f"{_SPEC}.logId", f"{_SPEC}.logGroupId"})


def with_both_logs(infrastructure: Infrastructure) -> Infrastructure:
    """With ``logId`` and ``logGroupId`` as the ``accessLog`` and ``predictLog`` that they stand for, as in OCI."""
    if infrastructure.log_id is None:
        return infrastructure
    both = LogRef(log_group_id=infrastructure.log_group_id, log_id=infrastructure.log_id)
    return attrs.evolve(infrastructure, log_id=None, log_group_id=None, access_log=both, predict_log=both)


def with_both_resets(resets: frozenset[str]) -> frozenset[str]:
    """With ``logId: null`` as ``accessLog: null`` and ``predictLog: null``."""
    return resets | {f"{_SPEC}.accessLog", f"{_SPEC}.predictLog"} if resets & _FLAT else resets
