"""What the operations on models have in common: the records and who uses them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from oci_twin.data_science.content import Content, content_from
from oci_twin.data_science.records import Record, Records
from oci_twin.data_science.refusals import not_found
from oci_twin.data_science.surroundings import Surroundings


@attrs.frozen
class Catalog:
    """The models of the twin."""

    around: Surroundings
    records: Records
    deployments: Records
    groups: Records

    def live(self, model_id: str) -> Record:
        """A model that is not deleted.

        Raises:
            Refusal: 404.
        """
        return self.records.live(model_id)

    def artifact(self, record: Record) -> Content | None:
        return content_from(record.own.get("artifact"))

    def artifact_file(self, model_id: str) -> Path | None:
        """The zip of a model, for who serves it."""
        record = self.records.find(model_id)
        content = None if record is None else self.artifact(record)
        return None if content is None else self.around.state.blobs / content.blob

    def has_artifact(self, record: Record) -> bool:
        """Whether there is anything to deploy: bytes of its own or a reference to a bucket."""
        return self.artifact(record) is not None or bool(record.own.get("references"))

    def require_artifact(self, record: Record) -> Content:
        """The artifact of a model.

        Raises:
            Refusal: 404, it has none.
        """
        content = self.artifact(record)
        if content is None:
            raise not_found(f"artifact of {record.id}")
        return content

    def users(self, model_id: str) -> Iterator[str]:
        """The OCIDs of deployments and groups that use a model."""
        for deployment in self.deployments.all():
            if deployment.deleted is None and model_id in used_models(deployment):
                yield deployment.id
        for group in self.groups.all():
            if group.deleted is None and model_id in member_models(group):
                yield group.id


def used_models(deployment: Record) -> set[str]:
    """The models that a deployment shows and, while it changes, the others that it has or is going to have."""
    configurations = [
        deployment.seen,
        *(deployment.own.get(name) or {} for name in ("serving_details", "next_details")),
    ]
    found = (
        (details.get("modelDeploymentConfigurationDetails") or {}).get("modelConfigurationDetails") or {}
        for details in configurations
    )
    return {str(item["modelId"]) for item in found if "modelId" in item}


def member_models(group: Record) -> list[str]:
    """The models of a group, in its order."""
    entries: list[dict[str, Any]] = group.seen["memberModelEntries"].get("memberModelDetails") or []
    return [str(entry["modelId"]) for entry in entries]
