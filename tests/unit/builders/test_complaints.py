"""What uv complains about becomes an error that a person can read."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.commands import Finished
from oci_mlflow_builders.uv.complaints import failure

from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError

_TODAY = """\
error: No solution found when resolving dependencies
  cause: Because you require six==1.16 and six==1.15, we can conclude that your requirements are unsatisfiable.
hint: Loosen one of them.
"""
_BEFORE = """\
  \N{MULTIPLICATION SIGN} No solution found when resolving dependencies:
  ╰─▶ Because you require six==1.16 and six==1.15,
      we can conclude that your requirements are unsatisfiable.

      hint: Loosen one of them.
"""


@pytest.mark.parametrize("errors", [_TODAY, _BEFORE])
def test_a_conflict_is_explained(errors: str) -> None:
    error = failure("lock", Finished(status=1, output="", errors=errors))

    assert isinstance(error, UnsolvableEnvironmentError)
    assert str(error) == (
        "the uv builder failed to lock the environment: no versions meet all requirements\n"
        "  | Because you require six==1.16 and six==1.15, we can conclude that your requirements are unsatisfiable."
    )
    assert error.hint == "Loosen one of them."


def test_an_index_that_does_not_answer_gets_a_hint() -> None:
    errors = "error: Failed to fetch: https://host/simple/six/\n  cause: tcp connect error\n"

    error = failure("lock", Finished(status=2, output="", errors=errors))

    assert type(error) is BuildError
    assert error.reason == "Failed to fetch: https://host/simple/six/: tcp connect error"
    assert error.hint.startswith("Check the network")


def test_silence_is_told_as_such() -> None:
    error = failure("build", Finished(status=9, output="", errors=""))

    assert error.reason == "uv ended with status 9 and said nothing"


def test_taking_too_long_is_told_as_such() -> None:
    assert failure("lock", Finished(status=None, output="", errors="")).reason == "uv did not end in time"


def test_what_is_built_for_the_wrong_machine_gets_a_hint() -> None:
    errors = (
        "Resolved 1 package in 11ms\n   Building msgpack==0.5.6\n      Built msgpack==0.5.6\n"
        "error: Failed to download and build `msgpack==0.5.6`\n"
        "  cause: The built wheel `msgpack-0.5.6-cp311-cp311-linux_x86_64.whl` is not compatible with the target "
        "Python 3.11 on Linux aarch64. Consider using `--no-build` to disable building wheels.\n"
    )

    error = failure("build", Finished(status=2, output="", errors=errors))

    assert error.reason == (
        "Failed to download and build `msgpack==0.5.6`: The built wheel `msgpack-0.5.6-cp311-cp311-linux_x86_64.whl` "
        "is not compatible with the target Python 3.11 on Linux aarch64."
    )
    assert error.hint == (
        "There is no wheel of msgpack for the target, and what is built here does not fit: ask for a version that "
        "has one, or put a wheel into the model's code_paths."
    )
