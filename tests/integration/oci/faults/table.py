"""The matrix as a page of the documentation, in parts that begin with a heading each."""

from __future__ import annotations

from collections.abc import Iterator

from integration.oci.faults.commands import TITLES, Title
from integration.oci.faults.endings import ENDINGS
from integration.oci.faults.matrix import OPERATIONS, ORDERS, Matrix
from integration.oci.faults.mishaps import COLUMNS, EXTENTS, Extent
from integration.oci.faults.play import OUTCOMES

_HEAD = """\
# What faults come to

Every call that a command makes to OCI may fail. This page is written by tests that let them fail, one by one, against
a twin of OCI's services which the SDK reaches over HTTP, and that look behind the service's back at what is left.

In each of the **{cases} cases** the command ends well or in one clear error. Afterwards no model, deployment, multipart
upload, temporary file, journal record or tag of the registry is there that nobody asked for; or, where the service
stayed away, it is listed, and the next run removes it. Then the same command, undisturbed, comes to the same as if
nothing had happened, and a delete leaves nothing. A published pack stays in any case, with the lock and the digest
beside it: it is kept for whoever needs the same environment next.

{legend}

A row is an operation of OCI's API, a column is what befalls it: a status; a connection that is reset; an answer that
does not come before the client gives up, or that is cut short; a file of which one bit is flipped on its way up or
down. A cell joins what befalls the call before it takes effect and after, and every call of the operation that the
command makes. Where they end differently, the cell says all that happens. Each fault comes in three extents:

- **one call fails**: that call, once.
- **calls fail to the end**: from that call on, every call of its operation in that command. What has the file's size or
  says when to come again is left out, as neither lasts; and of operations that change nothing, statuses are one of a
  kind.
- **the service is away**: from that call on, every call of every operation, those included that take back or look
  after what was done.

The command begins anew for every call of its undisturbed run, with the same things there. Two calls are told apart by
the lines of code that led to them and by the changing calls before them: where the same lines ask the same again and
nothing was changed between, as in a wait, the first one is played. What comes after the disturbed command, the same
command and the delete, is played once for all cases that leave the very same in the service, on the user's machine and
in the registry, but for names and times that are drawn anew.
"""
LIMITS = """\
## What is not played

- Two faults of different kinds in one command. Calls that are only made because another one failed fail where the
  service is away, and have no rows of their own.
- Calls at the same time: parts of a pack, and questions that do not depend on each other, go one after the other here,
  so that every run makes its calls in the same order.
- A flipped bit in anything but a file: connections to OCI are encrypted, and one that is tampered with is reset.
- The time that a client waits for an answer: its timer runs out as soon as the twin begins to delay.
- Commands other than create, update and delete, deployments from an image or of a model group, and artifacts that are
  so large that they go by way of a bucket.
- A process that is killed, and two commands at the same time: both have tests of their own, without a table.
"""
_COMMANDS: dict[Title, str] = {
    "create": "`create` that builds its pack and publishes it, in two parts",
    "create-published": "`create` whose pack is published already, and that keeps a copy of it",
    "update": "`update` of two groups of settings and of the model, in place",
    "update-deactivated": "`update` of the same, deactivating first",
    "delete": "`delete`",
}
_EXTENTS: dict[Extent, str] = {
    "once": "one call fails",
    "lasting": "calls fail to the end",
    "away": "the service is away",
}
_ENDINGS = {"fail": "fails", "stall": "stalls", "needs_attention": "fails; the deployment needs attention"}
_WORK_REQUESTS = """\
## Work requests

The service takes the order and does not carry it out: {cases} cases. What stalls goes on before the next run.

{table}
"""


def _heading(title: Title, extent: Extent) -> str:
    return f"## {_COMMANDS[title]}: {_EXTENTS[extent]}"


#: First lines of all parts, in order.
HEADINGS = (
    _HEAD.partition("\n")[0],
    *(_heading(title, extent) for title in TITLES for extent in EXTENTS),
    _WORK_REQUESTS.partition("\n")[0],
    LIMITS.partition("\n")[0],
)


def head(matrix: Matrix) -> str:
    """What the page begins with."""
    legend = "\n".join(f"- **{outcome}**: {meaning}." for outcome, meaning in OUTCOMES.items())
    return _HEAD.format(cases=matrix.cases, legend=legend)


def section(matrix: Matrix, title: Title, extent: Extent) -> str:
    """One table, which is played for it where it was not yet."""
    rows = {operation: matrix.row(title, extent, operation) for operation in OPERATIONS[title]}
    columns = COLUMNS[extent]
    lines = [_line("", *columns), _line("---", *("---" for _ in columns))]
    for operation, row in rows.items():
        lines.append(_line(f"`{operation}`", *(_cell(row.cells.get(column, set())) for column in columns)))
    cases = sum(len(row.cases) for row in rows.values())
    return "\n".join([_heading(title, extent), "", f"{cases} cases.", "", *lines])


def work_requests(matrix: Matrix) -> str:
    """The table of orders that are not carried out."""
    cases = sum(ORDERS.values()) * len(ENDINGS)
    return _WORK_REQUESTS.format(cases=cases, table="\n".join(_orders(matrix)))


def _orders(matrix: Matrix) -> Iterator[str]:
    yield _line("", "order", *(_ENDINGS[ending] for ending in ENDINGS))
    yield _line("---", "---", *("---" for _ in ENDINGS))
    for title in TITLES:
        for number, order in enumerate(matrix.command(title).orders):
            outcomes = (matrix.ending(title, number, ending) for ending in ENDINGS)
            yield _line(_COMMANDS[title], f"{number + 1}: {order}", *outcomes)


def _cell(outcomes: set[str]) -> str:
    return ", ".join(outcome for outcome in OUTCOMES if outcome in outcomes)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
