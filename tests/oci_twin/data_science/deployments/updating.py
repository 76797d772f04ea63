"""Updates of deployments."""

from __future__ import annotations

from typing import Any

import attrs

from oci_twin.data_science.bodies.deployments import UPDATE_DEPLOYMENT
from oci_twin.data_science.deployments import endings, states
from oci_twin.data_science.deployments.defaults import filled
from oci_twin.data_science.deployments.differences import Group
from oci_twin.data_science.deployments.edit_rules import require_editable
from oci_twin.data_science.deployments.generations import Generations
from oci_twin.data_science.deployments.merging import merged
from oci_twin.data_science.deployments.operations import Deployments
from oci_twin.data_science.deployments.sections import CONFIGURATION, configuration
from oci_twin.data_science.records import Record
from oci_twin.data_science.refusals import invalid
from oci_twin.data_science.requests import body_with_nulls
from oci_twin.http.call import Call, Reply


@attrs.frozen
class Updating:
    """What a PUT does, under the edit rules of the twin."""

    deployments: Deployments
    generations: Generations

    def update(self, call: Call) -> Reply:
        record = self.deployments.required("update", call)
        body = body_with_nulls(call, UPDATE_DEPLOYMENT, self.deployments.around.behaviour)
        old = endings.details_of(record)
        given = self._intended(old, body)
        new = filled(given)
        around = self.deployments.around
        groups = require_editable(filled(old), new, record.state, around.edit_rules, around.behaviour)
        self._require_there(new, groups, record)
        return self._accept(record, old, new if around.behaviour.shows_defaults else given)

    def _intended(self, old: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        change = {key: value for key, value in body.items() if value is not None or key != "displayName"}
        if change.get(CONFIGURATION) is None:
            change.pop(CONFIGURATION, None)
        else:
            _require_same_type(old, change)
        new = merged(old, change, self.deployments.around.behaviour.update_replaces)
        self.deployments.checks.require_whole(new)
        self.deployments.checks.require_possible(filled(new))
        return {"freeformTags": {}, "definedTags": {}, **new}

    def _require_there(self, new: dict[str, Any], groups: frozenset[Group], record: Record) -> None:
        if Group.MODEL in groups:
            self.deployments.checks.require_servable(new, record.seen["compartmentId"])
        if Group.LOGGING in groups:
            self.deployments.checks.require_logs(new)

    def _accept(self, record: Record, old: dict[str, Any], new: dict[str, Any]) -> Reply:
        generation = self._generation(record, old, new)
        task = self.deployments.begin(
            endings.UPDATE, record, generation=generation, details=new, old=old, before=record.state
        )
        shows_new = self.deployments.around.behaviour.updating_shows == "new"
        shown = record.with_seen(**endings.replaced(record, new)) if shows_new else record
        own = {"generation": generation or record.own["generation"], "serving_details": old, "next_details": new}
        updating = shown.with_own(**own).with_seen(lifecycleState=states.UPDATING, lifecycleDetails=None)
        kept = self.deployments.records.put(updating)
        return Reply(202, headers={"etag": kept.etag, "opc-work-request-id": task.id})

    def _generation(self, record: Record, old: dict[str, Any], new: dict[str, Any]) -> int | None:
        """The number of a new generation, where something else is to be served from now on."""
        if record.own.get("serving") is None or self.generations.serving(old) == self.generations.serving(new):
            return None
        return int(record.own["generation"]) + 1


def _require_same_type(old: dict[str, Any], change: dict[str, Any]) -> None:
    before, after = (configuration(details)["deploymentType"] for details in (old, change))
    if before != after:
        raise invalid(f"deploymentType is {before} and cannot be changed to {after}.")
