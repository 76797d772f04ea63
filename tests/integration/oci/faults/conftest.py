"""One matrix for all tests; how many cases were played is told at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.oci.faults.matrix import Matrix
from integration.oci.faults.stage import staged

_PLAYED = pytest.StashKey[Matrix]()


@pytest.fixture(scope="session")
def matrix(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Matrix]:
    with staged(tmp_path_factory.mktemp("faults")) as stage:
        pytestconfig.stash[_PLAYED] = played = Matrix(stage)
        yield played


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    played = config.stash.get(_PLAYED, None)
    if played is not None:
        terminalreporter.write_line(f"fault matrix: {played.played} cases played")
