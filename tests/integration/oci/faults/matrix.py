"""Every call of every command with everything that can befall it, row by row."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from integration.oci.faults.commands import Command, commands_on
from integration.oci.faults.endings import ENDINGS, Ending, play_ending
from integration.oci.faults.mishaps import READING, STAYING, mishaps_of
from integration.oci.faults.play import Case, play
from integration.oci.faults.stage import Stage

ONCE, LASTING = "once", "for the rest of the command"
#: The operations of each command, in the order of their first calls.
OPERATIONS = {
    "create": (
        "list_model_deployments",
        "get_object",
        "put_object",
        "head_object",
        "list_objects",
        "list_multipart_uploads",
        "create_multipart_upload",
        "upload_part",
        "commit_multipart_upload",
        "list_models",
        "create_model",
        "create_model_provenance",
        "create_model_artifact",
        "head_model_artifact",
        "create_model_deployment",
        "get_model_deployment",
        "get_work_request",
        "list_work_request_logs",
    ),
    "create with a published pack": ("get_object", "head_object"),
    "update": (
        "list_model_deployments",
        "get_model_deployment",
        "get_object",
        "head_object",
        "list_models",
        "head_model_artifact",
        "create_model",
        "create_model_provenance",
        "create_model_artifact",
        "update_model_deployment",
        "get_work_request",
        "list_work_requests",
        "list_work_request_logs",
        "delete_model",
    ),
    "delete": (
        "list_model_deployments",
        "list_models",
        "head_model_artifact",
        "get_model_deployment",
        "delete_model_deployment",
        "get_work_request",
        "delete_model",
    ),
}


@attrs.frozen
class Row:
    """What a command ended in, by what befell one of its operations."""

    #: By extent and column.
    cells: dict[tuple[str, str], set[str]] = attrs.field(factory=dict)
    cases: list[str] = attrs.field(factory=list)

    def add(self, extent: str, column: str, outcome: str) -> None:
        self.cells.setdefault((extent, column), set()).add(outcome)


@attrs.define
class Matrix:
    """Rows are played when they are asked for, and once."""

    stage: Stage
    commands: dict[str, Command] = attrs.field(init=False)
    rows: dict[tuple[str, str], Row] = attrs.field(factory=dict, init=False)
    endings: dict[tuple[str, Ending], str] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.commands = commands_on(self.stage)

    @property
    def cases(self) -> int:
        """How many were played."""
        return sum(len(row.cases) for row in self.rows.values()) + len(self.endings)

    def row(self, title: str, operation: str) -> Row:
        if (title, operation) not in self.rows:
            row = Row()
            for case in cases_of(self.commands[title], operation):
                self._play(title, case, row)
            self.rows[title, operation] = row
        return self.rows[title, operation]

    def _play(self, title: str, case: Case, row: Row) -> None:
        try:
            outcome = play(self.stage, self.commands[title], case)
        except AssertionError as fault:
            raise AssertionError(f"{title}: {case}: {fault}") from fault
        row.cases.append(str(case))
        row.add(LASTING if case.lasting else ONCE, case.mishap.column, outcome)

    def ending(self, title: str, ending: Ending) -> str:
        if (title, ending) not in self.endings:
            self.endings[title, ending] = play_ending(self.stage, self.commands[title], ending)
        return self.endings[title, ending]

    def play_all(self) -> None:
        for title, operations in OPERATIONS.items():
            for operation in operations:
                self.row(title, operation)
        for title, endings in ENDINGS.items():
            for ending in endings:
                self.ending(title, ending)


def cases_of(command: Command, operation: str) -> Iterator[Case]:
    """Everything once, and what stays from the first call on.

    Of an operation that only reads, those between the first call and the last are the first one's like.
    """
    number = command.calls.count(operation)
    reads = operation.startswith(READING)
    for skip in (0, number - 1) if reads and number > 1 else range(number):
        for mishap in mishaps_of(operation):
            yield Case(operation=operation, skip=skip, mishap=mishap, lasting=False)
    for mishap in mishaps_of(operation):
        if mishap.column in STAYING:
            yield Case(operation=operation, skip=0, mishap=mishap, lasting=True)
