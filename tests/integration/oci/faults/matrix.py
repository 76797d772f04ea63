"""Every call of every command with everything that can befall it, row by row."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from integration.oci.faults.commands import TITLES, Command, Title, command_on
from integration.oci.faults.endings import ENDINGS, Ending, play_ending
from integration.oci.faults.mishaps import EXTENTS, Extent, mishaps_of
from integration.oci.faults.play import Case, play
from integration.oci.faults.stage import Stage

#: The operations of each command, in the order of their first calls.
OPERATIONS: dict[Title, tuple[str, ...]] = {
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
    "create-published": (
        "list_model_deployments",
        "get_object",
        "head_object",
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
    "update": (
        "list_model_deployments",
        "get_model_deployment",
        "head_object",
        "get_object",
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
    "update-deactivated": (
        "list_model_deployments",
        "get_model_deployment",
        "head_object",
        "get_object",
        "list_models",
        "head_model_artifact",
        "create_model",
        "create_model_provenance",
        "create_model_artifact",
        "deactivate_model_deployment",
        "get_work_request",
        "list_work_requests",
        "list_work_request_logs",
        "update_model_deployment",
        "activate_model_deployment",
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
#: How many orders each command gives.
ORDERS: dict[Title, int] = {"create": 1, "create-published": 1, "update": 4, "update-deactivated": 4, "delete": 1}


@attrs.frozen
class Row:
    """What a command ended in, by what befell one of its operations."""

    #: By column.
    cells: dict[str, set[str]] = attrs.field(factory=dict)
    cases: list[Case] = attrs.field(factory=list)

    def add(self, case: Case, outcome: str) -> None:
        self.cases.append(case)
        self.cells.setdefault(case.mishap.column, set()).add(outcome)


@attrs.define
class Matrix:
    """Commands and rows are played when they are asked for, and once."""

    stage: Stage
    commands: dict[Title, Command] = attrs.field(factory=dict, init=False)
    rows: dict[tuple[Title, Extent, str], Row] = attrs.field(factory=dict, init=False)
    endings: dict[tuple[Title, int, Ending], str] = attrs.field(factory=dict, init=False)

    @property
    def played(self) -> int:
        """How many cases were."""
        return sum(len(row.cases) for row in self.rows.values()) + len(self.endings)

    @property
    def cases(self) -> int:
        """How many there are, played or not."""
        commands = [self.command(title) for title in TITLES]
        calls = sum(1 for command in commands for extent in EXTENTS for _ in cases_of(command, extent))
        return calls + sum(len(command.orders) * len(ENDINGS) for command in commands)

    def command(self, title: Title) -> Command:
        if title not in self.commands:
            self.commands[title] = command_on(self.stage, title)
        return self.commands[title]

    def row(self, title: Title, extent: Extent, operation: str) -> Row:
        key = (title, extent, operation)
        if key not in self.rows:
            self.rows[key] = self._played(title, extent, operation)
        return self.rows[key]

    def _played(self, title: Title, extent: Extent, operation: str) -> Row:
        row, faults = Row(), []
        for case in cases_of(self.command(title), extent):
            if case.position.operation == operation:
                try:
                    row.add(case, play(self.stage, self.command(title), case))
                except AssertionError as fault:
                    faults.append(f"{title}: {case}: {fault}")
        assert not faults, "\n".join(faults)
        return row

    def ending(self, title: Title, order: int, ending: Ending) -> str:
        key = (title, order, ending)
        if key not in self.endings:
            self.endings[key] = play_ending(self.stage, self.command(title), order, ending)
        return self.endings[key]


def cases_of(command: Command, extent: Extent) -> Iterator[Case]:
    """Every case of that extent."""
    for position in command.positions:
        for mishap in mishaps_of(position, extent):
            yield Case(position=position, mishap=mishap, extent=extent)
