"""One matrix for the tests of a file: what its stage changes in this process is put back when they are done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.oci.faults.counting import CASES
from integration.oci.faults.matrix import Matrix
from integration.oci.faults.rows import PlayedRows
from integration.oci.faults.stage import staged


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A command's rows, or its tables."""
    command = metafunc.cls
    if command is None or not issubclass(command, PlayedRows):
        return
    if "operation" in metafunc.fixturenames:
        metafunc.parametrize(("extent", "operation"), command.rows())
    elif "extent" in metafunc.fixturenames:
        metafunc.parametrize("extent", command.extents)


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Matrix]:
    with staged(tmp_path_factory.mktemp("faults")) as stage:
        yield (played := Matrix(stage))
    pytestconfig.stash[CASES] = pytestconfig.stash.get(CASES, 0) + played.played
