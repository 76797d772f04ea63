"""The keys of the reference template do what their names say."""

from __future__ import annotations

import hashlib

import pytest
from integration.packs.flow import Flow

KEY = "conda-envs/cpu/fraud/1.0/fraud_v1_0"


def test_name_version_and_destination_are_the_places_of_the_pack(flow: Flow) -> None:
    destination = f"oci://{flow.twin.bucket}@{flow.twin.namespace}/of/the/team/"
    uri = {"name": "credit", "version": "2.1", "destination": destination}

    flow.create("fraud", flow.model(), flow.file(uri))

    assert list(flow.packs()) == ["of/the/team/cpu/credit/2.1/credit_v2_1"]
    said = flow.manifest("of/the/team/cpu/credit/2.1/credit_v2_1")
    assert (said["name"], said["version"], said["slug"]) == ("credit", "2.1", "credit_v2_1")
    assert (said["python"], said["arch_type"]) == (flow.channels.python, "CPU")


def test_keep_local_keeps_what_was_published_in_local_conda_dir(flow: Flow) -> None:
    uri = {"version": "1.0", "keepLocal": True, "localCondaDir": "./kept"}
    model = flow.model()

    flow.create("fraud", model, flow.file(uri))
    kept = flow.folder / "kept" / "fraud_v1_0.tar.gz"
    first = hashlib.sha256(kept.read_bytes()).hexdigest()
    kept.unlink()
    flow.create("again", model, flow.file(uri))

    assert flow.packs() == {KEY: first}
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == first


def test_without_keep_local_no_copy_is_kept(flow: Flow) -> None:
    flow.create("fraud", flow.model(), flow.file({"keepLocal": False, "localCondaDir": "./kept"}))

    assert not (flow.folder / "kept").exists()
    assert not (flow.folder / "conda").exists()


def test_overwrite_replaces_what_nobody_reads(flow: Flow) -> None:
    flow.create("fraud", flow.model(), flow.file({"version": "1.0"}))
    before = flow.packs()
    other = flow.model("six", name="other")

    kept = flow.create("other", other, flow.file({"version": "1.0"}), code=1)
    read = flow.create("other", other, flow.file({"version": "1.0", "overwrite": True}), code=1)
    unchanged = flow.packs()
    flow.delete("fraud")
    flow.create("other", other, flow.file({"version": "1.0", "overwrite": True}))

    place = f"oci://{flow.twin.bucket}@{flow.twin.namespace}/{KEY}"
    assert f"Error: {place}: another pack is published there (lock " in kept.err
    assert f"Error: {place}: the deployment 'fraud' reads it, and would get another pack at the next start" in read.err
    assert unchanged == before
    assert list(flow.packs()) == [KEY]
    assert flow.packs() != before
    assert flow.uploads() == []


def test_gpu_is_the_place_and_the_virtual_package(flow: Flow) -> None:
    model = flow.model("needs-cuda")

    refused = flow.create("fraud", model, flow.file({"gpu": False}), code=1)
    flow.create("fraud", model, flow.file({"gpu": True, "version": "1.0"}))

    assert "needs cuda >=12, and the target has no cuda\n" in refused.err
    assert list(flow.packs()) == [KEY.replace("cpu", "gpu")]
    assert flow.manifest(KEY.replace("cpu", "gpu"))["arch_type"] == "GPU"


@pytest.mark.parametrize(("newest", "version"), [("2024-06-01T00:00:00Z", "1.0"), (None, "2.0")])
def test_exclude_newer_keeps_to_what_was_there_then(flow: Flow, newest: str | None, version: str) -> None:
    options = [f"exclude-newer={newest}"] if newest else []

    flow.create("fraud", flow.model("aged"), flow.file({"version": "1.0"}), *options)

    assert [each["version"] for each in flow.lock(KEY)["conda"] if each["name"] == "aged"] == [version]
