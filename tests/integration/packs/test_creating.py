"""What becomes of environments between a model and the bucket, by the real command."""

from __future__ import annotations

import hashlib
import json

from integration.packs.flow import Flow, Holding, eventually
from rig.channel.faults import Fault


def test_a_pack_is_published_whole_with_its_lock_in_it(flow: Flow) -> None:
    model = flow.model("six")

    done = flow.create("fraud", model, flow.file())

    ((name, sha256),) = flow.packs().items()
    assert hashlib.sha256(flow.pack(name)).hexdigest() == sha256
    lock = flow.lock(name)
    assert [each["version"] for each in lock["conda"] if each["name"] == "six"] == ["1.16.0"]
    assert flow.manifest(name)["builder"] == "rattler"
    assert flow.server.url not in json.dumps(lock)
    assert "rattler" in done.err
    assert (flow.deployed(), flow.uploads()) == (["fraud"], [])


def test_an_unchanged_environment_is_found_without_a_solve_and_nothing_moves(flow: Flow) -> None:
    flow.create("fraud", flow.model("six"), flow.file())
    before = flow.packs()
    flow.calls()
    flow.server.requests.clear()
    flow.server.faults.arm("*", Fault.UNAVAILABLE)

    done = flow.create("again", flow.model("six", name="another"), flow.file())

    calls = flow.calls()
    assert flow.packs() == before
    assert flow.server.requests == []
    assert "the same environment was published before" in done.err
    # the lock is read, and the pack asked for by its head
    assert calls == {"get_object": 1, "head_object": 1}
    assert flow.deployed() == ["again", "fraud"]


def test_of_two_creates_of_one_environment_one_builds_and_both_deploy(flow: Flow) -> None:
    flow.server.guard = holding = Holding("python-3*.conda")
    model, file = flow.model("six"), flow.file()
    both = [flow.begin(name, model, file) for name in ("first", "second")]
    eventually(lambda: any(each.says("which makes the same environment") for each in both), *both)

    holding.released.set()
    ended = [each.done() for each in both]

    assert [done.code for done in ended] == [0, 0], ended
    assert [name.partition("-3")[0] for name in flow.server.downloaded()].count("python") == 1
    assert [f"nothing to build: {flow.destination}" in done.err for done in ended].count(True) == 1
    assert len(flow.packs()) == 1
    assert (flow.deployed(), flow.uploads()) == (["first", "second"], [])
