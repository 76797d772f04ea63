"""The matrix as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator

from integration.oci.faults.endings import ENDINGS
from integration.oci.faults.matrix import LASTING, ONCE, OPERATIONS, Matrix
from integration.oci.faults.mishaps import COLUMNS, STAYING
from integration.oci.faults.play import OUTCOMES

_HEAD = """\
# What faults come to

Every call that a command makes to OCI may fail. This page is written by a test that lets them fail, one by one, against
a twin of OCI's services which the SDK reaches over HTTP, and that looks behind the service's back at what is left.

In each of the **{cases} cases** the command ends well or in one clear error. Afterwards no model, deployment, multipart
upload, temporary file, journal record or tag of the registry is there that nobody asked for; or, where the service
stayed away, it is listed, and the next run removes it. Then the same command, undisturbed, comes to the same as if
nothing had happened, and a delete leaves nothing. A published pack stays in any case, with the lock and the digest
beside it: it is kept for whoever needs the same environment next.

{legend}

A row is an operation of OCI's API, a column is what befalls it: a status; a connection that is reset; an answer that
does not come before the client gives up, or that is cut short; a body of which one bit is flipped on its way. A cell
joins what befalls the call before it takes effect and after, and every call of the operation that the command makes
(of those that only read, the first and the last). Where they end differently, the cell says all that happens.
"""
_COMMANDS = {
    "create": "`create`, which builds and publishes the pack, here in two parts",
    "create with a published pack": "`create`, whose pack is published already",
    "update": "`update` of two groups of settings and of the model",
    "delete": "`delete`",
}
_WORK_REQUESTS = """\
## Work requests

The service takes the order and does not carry it out. What stalls goes on before the next run.
"""
_ENDINGS = {"fail": "fails", "stall": "stalls", "needs_attention": "fails; the deployment needs attention"}


def page(matrix: Matrix) -> str:
    """The page, of a matrix that was played to the end."""
    legend = "\n".join(f"- **{outcome}**: {meaning}." for outcome, meaning in OUTCOMES.items())
    parts = [_HEAD.format(cases=matrix.cases, legend=legend)]
    for title, heading in _COMMANDS.items():
        parts.append(f"## {heading}\n")
        for extent in (ONCE, LASTING):
            parts.append(f"### {extent[0].upper()}{extent[1:]}\n")
            parts.append("\n".join(_table(matrix, title, extent)) + "\n")
    parts += [_WORK_REQUESTS, "\n".join(_work_requests(matrix)) + "\n"]
    return "\n".join(parts)


def _table(matrix: Matrix, title: str, extent: str) -> Iterator[str]:
    columns = COLUMNS if extent == ONCE else STAYING
    yield _line("", *columns)
    yield _line("---", *("---" for _ in columns))
    for operation in OPERATIONS[title]:
        cells = matrix.row(title, operation).cells
        yield _line(f"`{operation}`", *(_cell(cells.get((extent, column), set())) for column in columns))


def _cell(outcomes: set[str]) -> str:
    return ", ".join(outcome for outcome in OUTCOMES if outcome in outcomes)


def _work_requests(matrix: Matrix) -> Iterator[str]:
    yield _line("", *_ENDINGS.values())
    yield _line("---", *("---" for _ in _ENDINGS))
    for title, endings in ENDINGS.items():
        yield _line(f"`{title}`", *(matrix.ending(title, ending) for ending in endings))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
