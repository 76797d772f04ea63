"""Telling containers that a killed process left from those that another one uses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from oci_mlflow_builders.docker.owner import Owner


def test_what_is_written_on_a_container_is_read_back() -> None:
    owner = Owner.this_process()

    assert Owner.parse(str(owner)) == owner
    assert str(owner) == f"{socket.gethostname()}:{os.getpid()}"


def test_somebody_elses_label_is_nobodys() -> None:
    assert [Owner.parse(text) for text in ("", "yes", "host:", ":1", "host:one")] == [None] * 5


def test_this_process_is_not_gone() -> None:
    assert not Owner.this_process().is_gone


def test_a_process_that_has_ended_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()

    assert Owner(socket.gethostname(), process.pid).is_gone


def test_of_another_machine_nothing_is_known() -> None:
    assert not Owner("another-machine", 1).is_gone
