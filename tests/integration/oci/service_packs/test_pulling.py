"""Packs of OCI's own and of one's bucket, brought to this machine by the command."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from integration.oci.service_packs.rig import SLUG, Shop

from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.testing.pack_store import sample_pack
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``oci-mlflow packs`` in the customer's folder, with the target that is meant where none is named."""
    monkeypatch.chdir(shop.folder)
    return lambda *arguments: CliRunner().invoke(main, ["packs", *arguments], prog_name="oci-mlflow")


def test_a_pack_of_ocis_own_comes_into_a_file_by_its_slug(shop: Shop, run: Run, tmp_path: Path) -> None:
    shop.pack()

    done = run("pull", SLUG, "-o", "pack.tar.gz")

    digest = hashlib.sha256(b"a pack").hexdigest()
    assert done.stdout == f"0.0 MB are in pack.tar.gz; sha256 {digest}\n"
    assert (tmp_path / "pack.tar.gz").read_bytes() == b"a pack"


def test_a_slug_that_oci_does_not_have_is_told_with_the_nearest(shop: Shop, run: Run) -> None:
    shop.pack()

    done = run("pull", "generalml_p310_cpu_x86_64_v1", "-o", "pack.tar.gz")

    assert done.exit_code == 1
    assert done.stderr == (
        f"Error: generalml_p310_cpu_x86_64_v1: no pack of the service has this slug\nHint: Did you mean '{SLUG}'?\n"
    )


def test_a_pack_of_ones_own_bucket_comes_among_those_of_this_machine(shop: Shop, run: Run, tmp_path: Path) -> None:
    uri = f"oci://{shop.twin.bucket}@{shop.twin.namespace}/envs/cpu/fraud/1/fraud_v1"
    pack = sample_pack(tmp_path / "made.tar.gz")
    store = OciPackStore(Connection(Session(target=Target(), home=tmp_path / "home")))
    store.publish(ObjectLocation.parse(uri), pack, RecordingStep("publish"))

    run("pull", uri)

    assert pack.lock is not None
    (kept,) = json.loads(run("list", "--json").stdout)
    assert (kept["lock_digest"], kept["sha256"]) == (pack.lock.digest, pack.sha256)
    assert json.loads(run("verify", "--json").stdout) == [{"lock_digest": pack.lock.digest, "altered": False}]


def test_the_manifest_of_ocis_own_is_shown_by_its_uri(shop: Shop, run: Run) -> None:
    uri = shop.pack()

    done = run("show", uri)

    assert done.stdout.splitlines()[:3] == ["name      General ML for CPU", "version   1.0", "python    3.11"]
