"""Questions that are asked at the same time."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable

import pytest

from oci_mlflow_plugin.adapters.mlflow_artifacts.asking import answers


def test_answers_come_in_the_order_of_the_questions() -> None:
    first_may_answer = threading.Event()

    def first() -> str:
        first_may_answer.wait(60)
        return "first"

    def second() -> str:
        first_may_answer.set()
        return "second"

    assert answers([first, second], at_once=2, seconds=60) == ["first", "second"]


def test_more_questions_than_threads_are_all_answered() -> None:
    questions = [functools.partial(str, number) for number in range(50)]

    assert answers(questions, at_once=3, seconds=60) == [str(number) for number in range(50)]


def test_no_more_threads_ask_than_may() -> None:
    threads = answers([threading.get_native_id] * 100, at_once=2, seconds=60)

    assert len(set(threads)) <= 2


def test_no_questions_have_no_answers() -> None:
    nothing: list[Callable[[], str]] = []

    assert answers(nothing, at_once=8, seconds=0) == []


def test_the_first_failure_is_raised_and_ends_the_asking() -> None:
    raised, asked = threading.Event(), threading.Event()

    def refuse() -> bool:
        raise LookupError("no")

    def wait() -> bool:
        return raised.wait(60)

    def ask() -> bool:
        asked.set()
        return True

    with pytest.raises(LookupError, match="no"):
        answers([refuse, wait, ask], at_once=1, seconds=60)
    raised.set()

    for thread in _asking():
        thread.join(60)
    assert not asked.is_set()


def test_a_question_that_hangs_is_left_behind_as_a_daemon() -> None:
    end = threading.Event()

    with pytest.raises(TimeoutError):
        answers([lambda: end.wait(60)], at_once=1, seconds=0.01)

    assert [thread.daemon for thread in _asking()] == [True]
    end.set()


def _asking() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "oci-mlflow-asking"]
