"""What goes wrong between a model and the bucket is told in one sentence or mended, and nothing half-made is found."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from integration.packs.flow import Flow, Holding, eventually
from oci_twin.http.faults import Fault as OciFault
from rig.channel.faults import Fault


def _error(flow: Flow, model: str, *options: str, uri: dict[str, object] | None = None) -> str:
    """What a create that fails says at its end; it leaves nothing."""
    done = flow.create("fraud", model, flow.file(uri), *options, code=1)
    assert (flow.packs(), flow.uploads(), flow.deployed()) == ({}, [], [])
    assert _begun_builds(flow) == []
    return "Error: " + done.err.partition("\nError: ")[2]


def _locked(flow: Flow, package: str) -> dict[str, str]:
    """What the lock that this machine kept says of the package."""
    (kept,) = (Path(flow.commands.environ["OCI_MLFLOW_HOME"]) / "cache" / "locks").glob("*.json")
    (found,) = [each for each in json.loads(kept.read_text())["conda"] if each["name"] == package]
    return dict(found)


def _begun_builds(flow: Flow) -> list[str]:
    """Folders of builds that have ended."""
    return [path.name for path in (Path(flow.commands.environ["OCI_MLFLOW_HOME"]) / "work").glob("*")]


def test_requirements_that_cannot_meet_are_told_as_chains(flow: Flow) -> None:
    told = _error(flow, flow.model("clash-top", "clash-right"))

    assert told == (
        "Error: the rattler builder failed to lock the environment: no versions meet all requirements\n"
        "  | clash-right is asked for\n"
        "  |   clash-right 1.0 needs clash-core >=2\n"
        "  |     clash-core 2.0 fits\n"
        "  | clash-top is asked for\n"
        "  |   clash-top 1.0 needs clash-left\n"
        "  |     clash-left 1.0 needs clash-core <2\n"
        "  |       clash-core 1.0 does not go with what is said above\n"
    )
    assert flow.server.downloaded() == []


def test_a_package_that_vanished_from_the_channel_is_named(flow: Flow) -> None:
    told = _error(flow, flow.model("vanished", channels=("conda-forge", "faulty")))

    name, place = _locked(flow, "vanished")["filename"], f"{flow.server.url}/faulty"
    assert told == (
        f"Error: the rattler builder failed to build the environment: {name} is not in the channel faulty ({place}) "
        f"any more (HTTP 404 for {place}/noarch/{name})\n"
        "Hint: Lock again with -C relock=true.\n"
    )


def test_a_package_with_another_hash_is_refused(flow: Flow) -> None:
    told = _error(flow, flow.model("altered", channels=("conda-forge", "faulty")))

    package = _locked(flow, "altered")
    (archive,) = (flow.channels.folder / "faulty").rglob("altered-*.conda")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert told == (
        f"Error: the rattler builder failed to build the environment: {package['filename']} of the channel faulty "
        f"({flow.server.url}/faulty) has the SHA-256 {found}, and the lock says {package['sha256']}\n"
        "Hint: The channel was changed, or something on the way to it is. Lock again with -C relock=true if you trust "
        "it.\n"
    )


def test_a_network_that_is_cut_in_mid_download_is_told_and_the_same_create_goes_on(flow: Flow) -> None:
    flow.server.faults.arm("colorama-*.conda", Fault.CUT)
    model = flow.model("colorama")

    told = _error(flow, model)
    flow.server.faults.clear()
    (name,) = {name for name in flow.server.downloaded() if name.startswith("colorama-")}
    flow.create("fraud", model, flow.file())

    assert told == (
        f"Error: the rattler builder failed to lock the environment: {name} could not be fetched from the channel "
        f"conda-forge ({flow.server.url}/conda-forge): an io error occurred: error decoding response body\n"
        "Hint: Check the network and the proxy (HTTPS_PROXY, or proxy_servers in .condarc), or let "
        "OCI_MLFLOW_CHANNEL_ALIAS name a mirror that can be reached.\n"
    )
    assert (len(flow.packs()), flow.deployed()) == (1, ["fraud"])


def test_a_create_that_was_killed_in_mid_build_is_mended_by_the_same(flow: Flow) -> None:
    flow.server.guard = holding = Holding("colorama-*.conda")
    model, file = flow.model("colorama"), flow.file()
    killed = flow.begin("fraud", model, file)
    eventually(holding.asked.is_set, killed)

    killed.kill()
    holding.released.set()
    assert (flow.packs(), flow.uploads()) == ({}, [])
    flow.create("fraud", model, file)

    assert (len(flow.packs()), flow.uploads(), flow.deployed()) == (1, [], ["fraud"])
    assert _begun_builds(flow) == []


@pytest.mark.parametrize("home", ["kept", "lost"])
def test_a_create_that_was_killed_in_mid_upload_is_mended_by_the_same(flow: Flow, home: str) -> None:
    flow.twin.faults.add(OciFault(operation="upload_part", kind="delay", seconds=600))
    model, file = flow.model("six"), flow.file()
    killed = flow.begin("fraud", model, file)
    eventually(lambda: not flow.twin.faults.pending(), killed)

    killed.kill()
    begun = flow.uploads()
    assert (flow.packs(), len(begun)) == ({}, 1)
    flow.twin.faults.clear()
    if home == "lost":
        shutil.rmtree(flow.commands.environ["OCI_MLFLOW_HOME"])
    flow.create("fraud", model, file)

    assert (list(flow.packs()), flow.uploads(), flow.deployed()) == (begun, [], ["fraud"])
    assert _begun_builds(flow) == []


def test_an_upload_whose_connection_is_cut_goes_on(flow: Flow) -> None:
    for kind in ("reset_before", "reset_after"):
        flow.twin.faults.add(OciFault(operation="upload_part", kind=kind))

    flow.create("fraud", flow.model("six"), flow.file())

    assert flow.twin.faults.pending() == []
    assert (len(flow.packs()), flow.uploads(), flow.deployed()) == (1, [], ["fraud"])


def test_a_pack_that_was_altered_in_the_cache_is_told_and_built_again(flow: Flow) -> None:
    model = flow.model("six")
    flow.create("fraud", model, flow.file())
    ((_, sha256),) = flow.packs().items()
    cached = _largest(Path(flow.commands.environ["OCI_MLFLOW_HOME"]))
    data = bytearray(cached.read_bytes())
    data[len(data) // 2] ^= 1
    cached.write_bytes(data)

    verified = flow.commands.run("oci-mlflow", "packs", "verify", code=1)
    done = flow.create("second", model, flow.file({"destination": f"{flow.destination}/elsewhere"}))

    assert "ALTERED" in verified.out
    assert list(flow.packs().values()) == [sha256, sha256]
    digest = cached.parent.name[:12]
    note = f"note: the pack of lock {digest} in the cache was altered; it is removed and made again\n"
    assert note in done.err


def _largest(home: Path) -> Path:
    """The only file of many megabytes in the cache of packs."""
    (pack,) = [
        path for path in (home / "cache" / "packs").rglob("*") if path.is_file() and path.stat().st_size > 1 << 22
    ]
    return pack
