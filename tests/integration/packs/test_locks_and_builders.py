"""Locks, builders and the packs of this machine, by their commands."""

from __future__ import annotations

import json
from typing import Any

from integration.packs.flow import Flow


def _told(flow: Flow, *arguments: str) -> Any:
    return json.loads(flow.commands.run("oci-mlflow", *arguments).out)


def test_a_lock_that_was_written_is_what_a_create_builds_from(flow: Flow) -> None:
    model, file = flow.model("six"), flow.file()
    flow.commands.run("oci-mlflow", "lock", "-t", "oci-datascience", "-m", model, "-f", file, "-o", "lock.json")
    flow.server.requests.clear()

    flow.create("fraud", model, file, "lock=lock.json")

    (name,) = flow.packs()
    assert flow.lock(name) == json.loads((flow.folder / "lock.json").read_text())
    assert [one.path for one in flow.server.requests if "repodata" in one.path and one.method == "GET"] == []


def test_the_builder_that_is_asked_for_makes_the_pack(flow: Flow) -> None:
    model = flow.model()

    flow.create("fraud", model, flow.file({"version": "1.0"}), "builder=uv")

    (name,) = flow.packs()
    assert flow.manifest(name)["builder"] == "uv"


def test_a_builder_that_does_not_exist_is_refused_with_those_that_do(flow: Flow) -> None:
    done = flow.create("fraud", flow.model(), flow.file(), "builder=ratler", code=1)

    assert done.err == (
        "Error: no environment builder is called 'ratler'\n"
        "Hint: did you mean 'rattler'? Installed builders: rattler, uv, conda, docker.\n"
    )
    assert flow.packs() == {}


def test_builders_are_listed_with_what_keeps_them_from_building(flow: Flow) -> None:
    found = {each["name"]: each for each in _told(flow, "builders", "--json")}

    assert list(found) == ["rattler", "uv", "conda", "docker"]
    assert (found["rattler"]["unusable"], found["rattler"]["distribution"]) == (None, "oci-mlflow-plugin")


def test_what_was_built_is_kept_shown_verified_pulled_and_pruned(flow: Flow) -> None:
    flow.create("fraud", flow.model("six"), flow.file())
    ((name, sha256),) = flow.packs().items()
    digest = flow.manifest(name)["lock_digest"]
    uri = f"oci://{flow.twin.bucket}@{flow.twin.namespace}/{name}"

    (listed,) = _told(flow, "packs", "list", "--json")
    shown = _told(flow, "packs", "show", digest[:12], "--json")
    verified = _told(flow, "packs", "verify", "--json")
    pruned = _told(flow, "packs", "prune", "--max-size", "0", "--json")
    pulled = _told(flow, "packs", "pull", uri, "-t", "oci-datascience", "--json")
    (again,) = _told(flow, "packs", "list", "--json")

    assert (listed["lock_digest"], listed["sha256"]) == (digest, sha256)
    assert shown["lock"] == flow.lock(name)
    assert "six" in shown["packages"]
    assert verified == [{"lock_digest": digest, "altered": False}]
    assert ([each["lock_digest"] for each in pruned["removed"]], pruned["kept"]) == ([digest], [])
    assert (pulled["lock_digest"], pulled["sha256"]) == (digest, sha256)
    assert again["lock_digest"] == digest
