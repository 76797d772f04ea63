"""The operations on deployments: each is checked, accepted, and goes on as a work request."""

from __future__ import annotations

from typing import Any

import attrs

from oci_twin import ids
from oci_twin.clock import rfc3339
from oci_twin.data_science.bodies.deployments import CREATE_DEPLOYMENT
from oci_twin.data_science.bodies.models import CHANGE_COMPARTMENT
from oci_twin.data_science.deployments import endings, states
from oci_twin.data_science.deployments.checks import Checks
from oci_twin.data_science.deployments.defaults import filled
from oci_twin.data_science.deployments.view import View
from oci_twin.data_science.listing import require_compartment
from oci_twin.data_science.records import Record, Records, described, made_up_name
from oci_twin.data_science.requests import body_of, principal_of, require_etag, shown
from oci_twin.data_science.surroundings import Surroundings
from oci_twin.data_science.work_requests.office import WorkRequests
from oci_twin.data_science.work_requests.tasks import Task
from oci_twin.http.call import Call, Reply

_ACTIONS = {endings.CREATE: "CREATED", endings.DELETE: "DELETED"}


@attrs.frozen
class Deployments:
    """Deployments come, go, and are switched on and off."""

    around: Surroundings
    records: Records
    projects: Records
    checks: Checks
    work: WorkRequests
    view: View

    def create(self, call: Call) -> Reply:
        body = body_of(call, CREATE_DEPLOYMENT, self.around.behaviour)
        self._require_places(body)
        details = filled(body)
        self.checks.require_possible(details)
        self.checks.require_servable(details, body["compartmentId"])
        self.checks.require_logs(details)
        kept = details if self.around.behaviour.shows_defaults else body
        record = self.records.put(Record(self._new(call, body, kept), {"generation": 1, "serving": None}))
        task = self.begin(endings.CREATE, record, generation=1, details=endings.details_of(record))
        return shown(record, self.view.of(record), status=202, opc_work_request_id=task.id)

    def _new(self, call: Call, body: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
        now = self.around.clock.now()
        return {
            **kept,
            **described(body, made_up_name("modeldeployment", now)),
            "id": ids.ocid("datasciencemodeldeployment"),
            "timeCreated": rfc3339(now),
            "createdBy": principal_of(call),
            "lifecycleState": states.CREATING,
        }

    def _require_places(self, body: dict[str, Any]) -> None:
        require_compartment(body["compartmentId"], self.around.compartment_exists)
        self.projects.live(body["projectId"])

    def delete(self, call: Call) -> Reply:
        record = self.required("delete", call)
        task = self.begin(endings.DELETE, record, before=record.state)
        return self._accepted(record, states.DELETING, task)

    def deactivate(self, call: Call) -> Reply:
        record = self.required("deactivate", call)
        task = self.begin(endings.DEACTIVATE, record, before=record.state)
        return self._accepted(record, states.UPDATING, task)

    def activate(self, call: Call) -> Reply:
        record = self.required("activate", call)
        self.checks.require_servable(record.seen, record.seen["compartmentId"])
        generation = record.own["generation"] + 1
        task = self.begin(endings.ACTIVATE, record, generation=generation, details=endings.details_of(record))
        return self._accepted(record.with_own(generation=generation), states.UPDATING, task)

    def move(self, call: Call) -> Reply:
        record = self.required("move", call)
        body = body_of(call, CHANGE_COMPARTMENT, self.around.behaviour)
        require_compartment(body["compartmentId"], self.around.compartment_exists)
        return Reply(202, headers={"etag": self.records.put(record.with_seen(**body)).etag})

    def required(self, operation: str, call: Call) -> Record:
        """The deployment that a call is about, if it may be begun.

        Raises:
            Refusal: 404, 412 or 409.
        """
        self.work.advance()
        record = self.records.live(call.params["modelDeploymentId"])
        require_etag(call, record)
        states.require(operation, record.id, record.state, self.around.behaviour)
        return record

    def begin(self, operation: str, record: Record, **job: Any) -> Task:
        """Accepts a piece of work on a deployment."""
        resource = {
            "actionType": _ACTIONS.get(operation, "UPDATED"),
            "entityType": "model-deployment",
            "entityUri": f"/20190101/modelDeployments/{record.id}",
        }
        return self.work.begin(operation, record.seen["compartmentId"], record.id, resource, **job)

    def _accepted(self, record: Record, state: str, task: Task) -> Reply:
        kept = self.records.put(record.with_seen(lifecycleState=state, lifecycleDetails=None))
        return Reply(202, headers={"etag": kept.etag, "opc-work-request-id": task.id})
