"""What every `Runs` keeps, and runs in memory."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

from abc import abstractmethod

import attrs
import pytest

from oci_mlflow_core.model.run_id import REQUEST_DIGITS, RunId
from oci_mlflow_core.ports.runs import Runs

_DIGEST = "0123456789abcdef" * 4
_MACHINE = "0" * 12


@attrs.define
class MemoryRuns(Runs):
    """Runs that go on as long as a test says; those that it did not begin are another machine's."""

    #: Ids of the runs that were begun and have not ended.
    living: set[str] = attrs.field(factory=set)
    _begun: list[str] = attrs.field(factory=list, init=False)

    def begin(self, request_digest: str) -> str:
        """See `Runs.begin`."""
        number = len(self._begun) + 1
        run = RunId(
            unique=f"{number:032x}", request=request_digest[:REQUEST_DIGITS], machine=_MACHINE, pid=number, started=1
        )
        self._begun.append(str(run))
        return str(run)

    def goes_on(self, run_id: str) -> bool | None:
        """See `Runs.goes_on`."""
        return run_id in self.living if run_id in self._begun else None


class RunsContract:
    """Fixtures: `runs`; `begun_elsewhere` and `ended`, runs of another machine and of a process that is gone."""

    @pytest.fixture
    @abstractmethod
    def runs(self) -> Runs:
        """The runs under test."""

    @pytest.fixture
    @abstractmethod
    def ended(self, runs: Runs) -> str:
        """A run of this machine whose process is gone."""

    def begun(self, runs: Runs) -> str:
        """A run that goes on."""
        return runs.begin(_DIGEST)

    def test_1_two_runs_of_one_request_have_different_ids(self, runs: Runs) -> None:
        assert runs.begin(_DIGEST) != runs.begin(_DIGEST)

    def test_1_an_id_fits_a_tag_and_says_what_it_carries_out(self, runs: Runs) -> None:
        run_id = runs.begin(_DIGEST)

        run = RunId.parse(run_id)
        assert run is not None
        assert len(run_id) <= 256  # noqa: PLR2004 - OCI's limit on the value of a tag
        assert run.carries_out(_DIGEST)
        assert not run.carries_out("f" * 64)

    def test_2_a_run_goes_on_while_its_process_lives(self, runs: Runs) -> None:
        assert runs.goes_on(self.begun(runs)) is True

    def test_2_a_run_whose_process_is_gone_has_ended(self, runs: Runs, ended: str) -> None:
        assert runs.goes_on(ended) is False

    @pytest.mark.parametrize("run_id", ["", "run-1", f"{'a' * 32}.{'b' * 16}.{'c' * 12}.1.1"])
    def test_2_of_other_runs_nothing_is_known(self, runs: Runs, run_id: str) -> None:
        assert runs.goes_on(run_id) is None
