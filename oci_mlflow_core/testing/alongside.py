"""The contract of the Alongside port, and one that runs the work at once."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, NoReturn, TypeVar

import pytest

from oci_mlflow_core.ports.alongside import Alongside, Running

T = TypeVar("T")
#: Seconds after which a test fails instead of waiting on.
_PATIENCE = 10


class _Ended(Running[T], Generic[T]):
    def __init__(self, work: Callable[[Callable[[], bool]], T]) -> None:
        self._failure: BaseException | None = None
        try:
            self._result = work(lambda: False)
        except BaseException as failure:  # noqa: BLE001 - raised where it is asked for
            self._failure = failure

    def check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def result(self) -> T:
        self.check()
        return self._result


class AtOnce(Alongside):
    """Runs the work when it is started, so that tests do not depend on the order of threads."""

    @contextmanager
    def start(self, work: Callable[[Callable[[], bool]], T]) -> Iterator[Running[T]]:
        """The work, which has ended already."""
        yield _Ended(work)


class AlongsideContract:
    """What runs work beside a command. Fixture: `alongside`."""

    @pytest.fixture
    @abstractmethod
    def alongside(self) -> Alongside:
        """What is tested."""

    def test_1_the_work_goes_on_beside_the_command(self, alongside: Alongside) -> None:
        meeting = threading.Barrier(2, timeout=_PATIENCE)

        with alongside.start(lambda _stopped: meeting.wait()) as running:
            here = meeting.wait()

            assert {here, running.result()} == {0, 1}

    def test_2_work_that_is_not_wanted_is_told_and_has_ended(self, alongside: Alongside) -> None:
        ended = threading.Event()

        def work(stopped: Callable[[], bool]) -> None:
            while not stopped():
                threading.Event().wait(0.01)
            ended.set()

        with pytest.raises(KeyboardInterrupt), alongside.start(work):
            _interrupted()

        assert ended.is_set()

    def test_3_what_it_raises_is_raised_where_it_is_asked(self, alongside: Alongside) -> None:
        with alongside.start(_failing) as running, pytest.raises(ValueError, match=r"^no$"):
            running.result()

    def test_3_a_failure_is_seen_without_waiting_for_the_rest(self, alongside: Alongside) -> None:
        with alongside.start(_failing) as running:
            with pytest.raises(ValueError, match=r"^no$"):
                running.result()

            with pytest.raises(ValueError, match=r"^no$"):
                running.check()

    def test_3_what_nobody_asks_for_is_raised_nowhere(self, alongside: Alongside) -> None:
        with alongside.start(_failing):
            pass


def _failing(_stopped: Callable[[], bool]) -> NoReturn:
    msg = "no"
    raise ValueError(msg)


def _interrupted() -> NoReturn:
    raise KeyboardInterrupt
