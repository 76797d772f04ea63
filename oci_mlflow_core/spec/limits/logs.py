"""Rules about logs."""

from __future__ import annotations

from collections.abc import Iterator

from oci_mlflow_core.spec.limits.told import INFRASTRUCTURE, Complaint, Told


def a_log_comes_with_its_group(told: Told) -> Iterator[Complaint]:
    """The keys logId and logGroupId are given together.

    Source: oci.data_science.models.LogDetails, where both are required.
    """
    log, group = (f"{INFRASTRUCTURE}.{name}" for name in ("logId", "logGroupId"))
    if log in told.mentioned and group not in told.mentioned:
        yield Complaint(log, "a log needs its group; give logGroupId too")
    if group in told.mentioned and log not in told.mentioned:
        yield Complaint(group, "a log group alone names no log; give logId too")
