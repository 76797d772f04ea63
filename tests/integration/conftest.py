"""What is told at the end of a run, whichever process it happened in."""

from __future__ import annotations

from typing import Any

import pytest
from integration.oci.faults.counting import CASES

_SENT = "cases of the fault matrix"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Sends what this worker of pytest-xdist counted to the process that prints."""
    sent: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if sent is not None:
        sent[_SENT] = session.config.stash.get(CASES, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    stash, received = node.config.stash, getattr(node, "workeroutput", {})
    stash[CASES] = stash.get(CASES, 0) + received.get(_SENT, 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    played = config.stash.get(CASES, 0)
    if played:
        terminalreporter.write_line(f"fault matrix: {played} cases played")
