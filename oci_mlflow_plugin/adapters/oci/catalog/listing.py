"""The models of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from oci_mlflow_core.model.deployment import CatalogModel
from oci_mlflow_plugin.adapters.oci.catalog.arrival import arrived
from oci_mlflow_plugin.adapters.oci.deployments.paging import listed
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: The state of models that can be deployed.
ACTIVE = "ACTIVE"
_DELETED = "DELETED"


@attrs.frozen(kw_only=True)
class Place:
    """Where models are."""

    compartment_id: str
    project_id: str


def tagged_models(
    connection: Connection, place: Place, tags: Mapping[str, str], **filters: str
) -> Iterator[CatalogModel]:
    """Those that carry the tags, pass the service's filters and are not deleted.

    A model that cannot be deployed counts as not complete: one without an artifact, or one that was deactivated.
    """
    client = connection.data_science
    filters["project_id"] = place.project_id
    for model in listed(connection, "list models", client.list_models, place.compartment_id, **filters):
        if model.lifecycle_state != _DELETED and tags.items() <= (model.freeform_tags or {}).items():
            yield _read(connection, model)


def _read(connection: Connection, model: Any) -> CatalogModel:  # noqa: ANN401 - the SDK has no types
    usable = model.lifecycle_state == ACTIVE and arrived(connection, model.id) is not None
    return CatalogModel(
        id=model.id,
        display_name=model.display_name or "",
        freeform_tags=dict(model.freeform_tags or {}),
        complete=usable,
    )
