"""The operations on work requests."""

from __future__ import annotations

from typing import Any

import attrs

from oci_twin.data_science.behaviour import Behaviour
from oci_twin.data_science.listing import Listing
from oci_twin.data_science.refusals import incorrect_state
from oci_twin.data_science.work_requests.office import WorkRequests
from oci_twin.data_science.work_requests.progress import with_log
from oci_twin.data_science.work_requests.tasks import ACCEPTED, CANCELING, IN_PROGRESS, STATUSES, Task
from oci_twin.http.call import Call, Reply
from oci_twin.http.etags import require_match
from oci_twin.http.paging import paged

_LISTING = Listing(
    filters=("id", "operationType", "status", "resourceId"),
    sorts=("timeAccepted", "operationType", "status"),
    choices={"status": STATUSES},
)
_MOST = 100


@attrs.frozen
class WorkRequestOperations:
    """Work requests are looked at, followed and cancelled."""

    work: WorkRequests
    behaviour: Behaviour

    def get(self, call: Call) -> Reply:
        task_id = call.params["workRequestId"]
        self.work.get(task_id)
        self.work.advance({task_id})
        task = self.work.get(task_id)
        return Reply(json=task.seen(), headers={"etag": task.etag})

    def listed(self, call: Call) -> Reply:
        self.work.advance(None)
        tasks = [_with_resource_id(task) for task in self.work.all()]
        reply = _LISTING.reply(call, tasks, self.behaviour.page)
        shown: list[dict[str, Any]] = reply.json  # type: ignore[assignment]  # a list of what was given
        return attrs.evolve(reply, json=[{k: v for k, v in item.items() if k != "resourceId"} for item in shown])

    def errors(self, call: Call) -> Reply:
        return self._entries(call, self._advanced(call).errors)

    def logs(self, call: Call) -> Reply:
        return self._entries(call, self._advanced(call).logs)

    def _entries(self, call: Call, entries: list[dict[str, str]]) -> Reply:
        ordered = entries[::-1] if self.behaviour.newest_entries_first else entries
        return paged(call, ordered, default=self.behaviour.page, maximum=_MOST)

    def _advanced(self, call: Call) -> Task:
        self.work.advance()
        return self.work.get(call.params["workRequestId"])

    def cancel(self, call: Call) -> Reply:
        task = self.work.get(call.params["workRequestId"])
        require_match(call, task.etag)
        cancellable = (ACCEPTED, IN_PROGRESS) if self.behaviour.cancel_running_work_requests else (ACCEPTED,)
        if task.status not in cancellable:
            raise incorrect_state(f"{task.id} is {task.status} and cannot be cancelled.")
        now = self.work.clock.now()
        self.work.put(attrs.evolve(with_log(task, "The work request is being cancelled.", now), status=CANCELING))
        return Reply(202)


def _with_resource_id(task: Task) -> dict[str, Any]:
    return {**task.seen(), "resourceId": task.subject}
