"""Deployments as MLflow's callers get them: dicts of plain JSON types, and a list that prints as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from oci_mlflow_core.model.deployment import Deployment

if TYPE_CHECKING:
    from oci_mlflow_core.usecases.list_deployments import ListedDeployment

#: What is deployed of every model: MLflow's flavor for serving.
FLAVOR = "python_function"
_COLUMNS = ("name", "state", "url", "model_uri", "registry", "id")


def deployment_result(deployment: Deployment) -> dict[str, Any]:
    """What create, update and get return; what MLflow's command line prints for get is in this order."""
    result: dict[str, Any] = {
        "name": deployment.name,
        "state": deployment.state.value,
        "url": deployment.url,
        "model_uri": deployment.model_uri,
        "flavor": FLAVOR,
        "framework": deployment.framework,
        "id": deployment.id,
        "model_id": deployment.model_id,
        "pack": deployment.pack_uri,
        "time_created": deployment.time_created,
    }
    if deployment.lifecycle_details:
        result["lifecycle_details"] = deployment.lifecycle_details
    if deployment.log_tail:
        result["log_tail"] = "\n".join(("", *deployment.log_tail))
    return result


def listed_result(listed: ListedDeployment) -> dict[str, Any]:
    """One entry of the list: what get returns, and what the registry says of the version that is served.

    ``registered`` is None where nothing is known of the registry.
    """
    view = listed.view
    result = deployment_result(listed.deployment)
    if view is not None:
        result["model_uri"] = view.model_uri
    return {
        **result,
        "registered": view.registered if view else None,
        "aliases": list(view.aliases) if view else [],
        "stage": view.stage if view else "",
    }


class DeploymentTable(list[dict[str, Any]]):
    """A list of deployments; its text, which MLflow's command line prints, is a table."""

    @classmethod
    def of(cls, deployments: Iterable[ListedDeployment]) -> DeploymentTable:
        """The deployments in the order given."""
        return cls(listed_result(deployment) for deployment in deployments)

    def __str__(self) -> str:
        if not self:
            return "(none)"
        rows = [[column.upper().replace("_", " ") for column in _COLUMNS]]
        rows += [[_cell(entry, column) or "-" for column in _COLUMNS] for entry in self]
        widths = [max(len(row[index]) for row in rows) for index in range(len(_COLUMNS))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        )


def _cell(entry: dict[str, Any], column: str) -> str:
    if column != "registry":
        return str(entry[column])
    if entry["registered"] is False:
        return "no longer registered"
    names = [*(f"@{alias}" for alias in entry["aliases"]), entry["stage"]]
    return ", ".join(name for name in names if name) or ("registered" if entry["registered"] else "")
