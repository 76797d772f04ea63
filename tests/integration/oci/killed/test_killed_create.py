"""A create that is killed at each of its calls, followed by the same create: it converges, and nothing is orphaned."""

from __future__ import annotations

import shutil
import signal

import pytest
from integration.oci.killed.conftest import Machine

#: To OCI, and to the registry at the end.
CALLS = 27


def test_a_create_makes_as_many_calls_as_are_killed_at(machine: Machine) -> None:
    done = machine.run("create")

    assert (done.returncode, done.error, done.calls) == (0, "", CALLS)


@pytest.mark.parametrize("call", range(1, CALLS + 1))
@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
def test_the_same_create_mends_what_a_killed_one_left(machine: Machine, call: int, *, answered: bool) -> None:
    killed = machine.run("create", kill=call, answered=answered)

    again = machine.run("create")

    assert (killed.returncode, again.error) == (-signal.SIGKILL, "")
    _assert_one_that_serves(machine)
    machine.run("delete")
    _assert_nothing(machine)


@pytest.mark.parametrize("call", range(1, CALLS))
@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
def test_it_does_so_from_the_service_alone_when_the_home_is_lost(
    machine: Machine, call: int, *, answered: bool
) -> None:
    killed = machine.run("create", kill=call, answered=answered)
    shutil.rmtree(machine.folder / "home")

    again = machine.run("create")

    assert (killed.returncode, again.error) == (-signal.SIGKILL, "")
    _assert_one_that_serves(machine)
    machine.run("delete")
    _assert_nothing(machine)


def test_a_create_whose_registry_was_told_was_complete_when_the_home_is_lost(machine: Machine) -> None:
    machine.run("create", kill=CALLS, answered=True)
    (deployment,) = machine.remains.deployments
    shutil.rmtree(machine.folder / "home")

    again = machine.run("create")

    assert again.error == f"a deployment called 'fraud' exists already ({deployment}, ACTIVE)"
    _assert_one_that_serves(machine)


@pytest.mark.parametrize("call", range(1, CALLS + 1))
@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
def test_delete_alone_removes_what_a_killed_create_left(machine: Machine, call: int, *, answered: bool) -> None:
    machine.run("create", kill=call, answered=answered)

    machine.run("delete")

    left = machine.remains
    assert (left.deployments, left.models, left.links) == ({}, {}, {})
    assert (left.files, left.journal) == ((), ())


def _assert_one_that_serves(machine: Machine) -> None:
    remains = machine.remains
    (deployment,) = remains.deployments.values()
    (model,) = remains.models
    (tags,) = remains.links.values()
    assert deployment["lifecycleState"] == "ACTIVE"
    assert remains.served == {model}
    assert (tags["model-ocid"], tags["model-deployment-ocid.fraud"]) == (model, deployment["id"])
    assert (remains.uploads, remains.stray, remains.files, remains.journal) == ({}, (), (), ())


def _assert_nothing(machine: Machine) -> None:
    remains = machine.remains
    assert (remains.deployments, remains.models, remains.links) == ({}, {}, {})
    assert (remains.uploads, remains.stray, remains.files, remains.journal) == ({}, (), (), ())
