"""Deployments are looked at: one, many, their models, and the shapes that they can have."""

from __future__ import annotations

from typing import Any

import attrs

from oci_twin.data_science.deployments import states
from oci_twin.data_science.deployments.endings import CHANGEABLE
from oci_twin.data_science.deployments.generations import Generations
from oci_twin.data_science.deployments.sections import group_id
from oci_twin.data_science.deployments.view import View
from oci_twin.data_science.groups import members
from oci_twin.data_science.listing import Listing, require_compartment, without
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.records import Record
from oci_twin.data_science.refusals import invalid, missing
from oci_twin.data_science.requests import shown
from oci_twin.data_science.work_requests.office import WorkRequests
from oci_twin.http.call import Call, Reply
from oci_twin.http.paging import paged

_LISTING = Listing(
    filters=("id", "projectId", "displayName", "lifecycleState", "createdBy"),
    sorts=("timeCreated", "displayName"),
    choices={"lifecycleState": states.STATES},
)
_MODELS = Listing(filters=("projectId", "displayName", "inferenceKey", "modelId"), sorts=("displayName", "timeCreated"))
#: Filters that a list of deployments can have beyond the compartment.
_FILTERS = 1


@attrs.frozen
class Answering:
    """What the data plane needs to know of a deployment.

    Attributes:
        server_url: Where its server answers; None where it has none, yet or at all.
        details: The deployment as it serves now, which during an update is not as GET shows it.
    """

    state: str
    server_url: str | None
    details: dict[str, Any]


@attrs.frozen
class Looking:
    """What can be read of deployments; looking moves their work requests on."""

    catalog: Catalog
    work: WorkRequests
    view: View
    generations: Generations

    def get(self, call: Call) -> Reply:
        record = self._looked_at(call.params["modelDeploymentId"])
        return shown(record, self.view.of(record))

    def listed(self, call: Call) -> Reply:
        self.work.advance(None)
        if len(_LISTING.given(call)) > 1 + _FILTERS:
            raise invalid("Only one parameter other than compartmentId may be included in the query.")
        records = self.catalog.deployments.all()
        summaries = (without(self.view.of(record), "lifecycleDetails") for record in records)
        return _LISTING.reply(call, summaries, self.catalog.around.behaviour.page)

    def shapes(self, call: Call) -> Reply:
        compartment_id = call.query.get("compartmentId")
        if not compartment_id:
            raise missing("compartmentId")
        require_compartment(compartment_id, self.catalog.around.compartment_exists)
        return paged(call, [shape.summary() for shape in self.catalog.around.shapes], maximum=100)

    def model_states(self, call: Call) -> Reply:
        record = self._looked_at(call.params["modelDeploymentId"])
        group = group_id(record.seen)
        if group is None:
            raise invalid(f"{record.id} serves a single model.")
        state = "SUCCESS" if record.state in states.ANSWERING else "FAILED"
        compartment = record.seen["compartmentId"]
        models = members(self.catalog.groups.get(group), self.catalog)
        items = [{**model, "state": state, "compartmentId": compartment} for model in models]
        return _MODELS.reply(call, items, self.catalog.around.behaviour.page)

    def answering(self, deployment_id: str) -> Answering | None:
        """What the data plane needs to know; None where there is no such deployment."""
        self.work.advance({deployment_id})
        record = self.catalog.deployments.find(deployment_id)
        if record is None or record.deleted is not None:
            return None
        return Answering(record.state, self.generations.url(record), _as_it_serves(record))

    def _looked_at(self, deployment_id: str) -> Record:
        self.catalog.deployments.get(deployment_id)
        self.work.advance({deployment_id})
        return self.catalog.deployments.get(deployment_id)


def _as_it_serves(record: Record) -> dict[str, Any]:
    serving = record.own.get("serving_details")
    return record.seen if serving is None else {**without(record.seen, *CHANGEABLE), **serving}
