"""What the deployment file says to no effect, and that is no fault."""

from __future__ import annotations

from collections.abc import Iterator

from oci_mlflow_core.spec.limits.told import INFRASTRUCTURE, Complaint, Told


def remarks(told: Told) -> Iterator[Complaint]:
    """A log of its own is of no use beside logId, which wins.

    Source: ADS ModelDeploymentInfrastructure, where log_id is used for both categories.
    """
    infrastructure = told.spec.infrastructure
    if infrastructure is None or infrastructure.log_id is None:
        return
    for name, log in (("accessLog", infrastructure.access_log), ("predictLog", infrastructure.predict_log)):
        if log is not None:
            yield Complaint(f"{INFRASTRUCTURE}.{name}", "logId is used for this log too; it is ignored")
