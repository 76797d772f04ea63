"""How the work on a deployment ends: what each type of work request does when it succeeds, fails or is cancelled."""

from __future__ import annotations

from typing import Any

import attrs

from oci_twin.data_science.deployments import states
from oci_twin.data_science.deployments.generations import Generations
from oci_twin.data_science.records import Record, Records
from oci_twin.data_science.work_requests.tasks import Job, Task
from oci_twin.runtime.port import Progress, Ready

CREATE = "MODEL_DEPLOYMENT_CREATE"
UPDATE = "MODEL_DEPLOYMENT_UPDATE"
DELETE = "MODEL_DEPLOYMENT_DELETE"
ACTIVATE = "MODEL_DEPLOYMENT_ACTIVATE"
DEACTIVATE = "MODEL_DEPLOYMENT_DEACTIVATE"

_CANCELLED = "The work request was cancelled."


@attrs.frozen
class _DeploymentJob(Job):
    records: Records
    generations: Generations

    def record(self, task: Task) -> Record:
        return self.records.get(task.subject)

    def settle(self, record: Record, state: str, message: str | None = None, **own: Any) -> None:
        """Puts a deployment into a state in which it stays."""
        own = {"serving_details": None, "next_details": None, **own}
        self.records.put(record.with_seen(lifecycleState=state, lifecycleDetails=message).with_own(**own))

    def progress(self, task: Task) -> Progress:
        generation = task.job.get("generation")
        if generation is None:
            return Ready(None)
        return self.generations.progress(task.subject, generation, task.job["details"])


@attrs.frozen
class Creation(_DeploymentJob):
    """CREATING → ACTIVE, or FAILED."""

    def succeed(self, task: Task) -> None:
        self.settle(self.record(task), states.ACTIVE, serving=task.job["generation"])

    def fail(self, task: Task, message: str) -> None:
        if task.ending == "needs_attention":
            self.settle(self.record(task), states.NEEDS_ATTENTION, message, serving=task.job["generation"])
            return
        self.generations.stop(task.subject, task.job["generation"])
        self.settle(self.record(task), states.FAILED, message)

    def cancel(self, task: Task) -> None:
        self.generations.stop(task.subject, task.job["generation"])
        self.settle(self.record(task), states.FAILED, _CANCELLED)


@attrs.frozen
class Change(_DeploymentJob):
    """UPDATING → where it was before, with the new details; after a failure with the old ones, which serve on."""

    def succeed(self, task: Task) -> None:
        record = self.record(task)
        old = record.own.get("serving")
        new = task.job["generation"]
        if new is not None:
            self.generations.stop(task.subject, old)
        changed = record.with_seen(**replaced(record, task.job["details"]))
        mended = task.job["before"] == states.NEEDS_ATTENTION and self.records.behaviour.update_mends
        after = states.ACTIVE if mended else task.job["before"]
        self.settle(changed, after, serving=old if new is None else new)

    def fail(self, task: Task, message: str) -> None:
        inactive = task.job["before"] == states.INACTIVE
        usual = states.INACTIVE if inactive else self.records.behaviour.failed_update_state
        state = states.NEEDS_ATTENTION if task.ending == "needs_attention" else usual
        self._go_back(task, state, message)

    def cancel(self, task: Task) -> None:
        self._go_back(task, task.job["before"], None)

    def _go_back(self, task: Task, state: str, message: str | None) -> None:
        self.generations.stop(task.subject, task.job["generation"])
        record = self.record(task)
        self.settle(record.with_seen(**replaced(record, task.job["old"])), state, message)


@attrs.frozen
class Deletion(_DeploymentJob):
    """DELETING → DELETED, which can be read for a while."""

    def succeed(self, task: Task) -> None:
        record = self.record(task)
        self.generations.stop(task.subject, record.own.get("serving"))
        self.records.delete(record.with_own(serving=None), lifecycleDetails=None)

    def fail(self, task: Task, message: str) -> None:
        attention = task.ending == "needs_attention"
        self.settle(self.record(task), states.NEEDS_ATTENTION if attention else states.FAILED, message)

    def cancel(self, task: Task) -> None:
        self.settle(self.record(task), task.job["before"])


@attrs.frozen
class Activation(_DeploymentJob):
    """UPDATING → ACTIVE."""

    def succeed(self, task: Task) -> None:
        self.settle(self.record(task), states.ACTIVE, serving=task.job["generation"])

    def fail(self, task: Task, message: str) -> None:
        self.generations.stop(task.subject, task.job["generation"])
        usual = self.records.behaviour.failed_activation_state
        self.settle(self.record(task), states.NEEDS_ATTENTION if task.ending == "needs_attention" else usual, message)

    def cancel(self, task: Task) -> None:
        self.generations.stop(task.subject, task.job["generation"])
        self.settle(self.record(task), states.INACTIVE)


@attrs.frozen
class Deactivation(_DeploymentJob):
    """UPDATING → INACTIVE; nothing serves any more."""

    def succeed(self, task: Task) -> None:
        record = self.record(task)
        self.generations.stop(task.subject, record.own.get("serving"))
        self.settle(record, states.INACTIVE, serving=None)

    def fail(self, task: Task, message: str) -> None:
        self.settle(self.record(task), states.NEEDS_ATTENTION, message)

    def cancel(self, task: Task) -> None:
        self.settle(self.record(task), task.job["before"])


#: What an update can change.
CHANGEABLE = (
    "displayName",
    "description",
    "freeformTags",
    "definedTags",
    "modelDeploymentConfigurationDetails",
    "categoryLogDetails",
)


def details_of(record: Record) -> dict[str, Any]:
    """What an update can change of a deployment."""
    return {key: record.seen[key] for key in CHANGEABLE if key in record.seen}


def replaced(record: Record, details: dict[str, Any]) -> dict[str, Any]:
    """The changes that give a deployment other details; None for what goes."""
    return {key: details.get(key) for key in CHANGEABLE if key in details or key in record.seen}


def jobs(records: Records, generations: Generations) -> dict[str, Job]:
    """By the type of their work request."""
    kinds: dict[str, type[_DeploymentJob]] = {
        CREATE: Creation,
        UPDATE: Change,
        DELETE: Deletion,
        ACTIVATE: Activation,
        DEACTIVATE: Deactivation,
    }
    return {operation: kind(records, generations) for operation, kind in kinds.items()}
