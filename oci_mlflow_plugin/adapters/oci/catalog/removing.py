"""Removing a model, and making sure that it is gone."""

from __future__ import annotations

from oci_mlflow_core.errors import ConflictError
from oci_mlflow_plugin.adapters.oci.session.calling import PATIENCE, Patience, call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError

_DELETED = "DELETED"


def remove_model(connection: Connection, model_id: str, patience: Patience = PATIENCE) -> None:
    """Removes the model and its artifact; one that is not there is fine.

    Raises:
        ConflictError: A deployment serves it.
        AbsentOrForbiddenError: It is there, and the caller may not remove it.
        DeploymentError: The service refused.
    """
    client, what = connection.data_science, f"remove the model {model_id}"
    try:
        call(connection.clock, what, client.delete_model, model_id, patience=patience)
    except (AbsentOrForbiddenError, ConflictError):
        # what is gone is told by either, and so is what is not
        if not _is_gone(connection, model_id, patience):
            raise


def _is_gone(connection: Connection, model_id: str, patience: Patience) -> bool:
    """Deleted models can be read for some time."""
    client, what = connection.data_science, f"read the model {model_id}"
    try:
        model = call(connection.clock, what, client.get_model, model_id, patience=patience).data
    except AbsentOrForbiddenError:
        return True
    return bool(model.lifecycle_state == _DELETED)
