"""The server notes what it is asked, lets in whom it should, and fails when it is told to."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import IncompleteRead
from pathlib import Path

import pytest
from rattler import Client
from rig.channel.faults import Fault
from rig.channel.guards import BasicAuth, BearerAuth, PathToken
from rig.channel.installing import installed, solved
from rig.channel.server import ChannelServer, Request


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChannelServer]:
    """One with a single file."""
    folder = tmp_path / "served"
    (folder / "main" / "noarch").mkdir(parents=True)
    (folder / "main" / "noarch" / "repodata.json").write_text("{}")
    (tmp_path / "outside.txt").write_text("not served")
    with ChannelServer(folder) as running:
        yield running


_INDEX = "/main/noarch/repodata.json"


def _get(server: ChannelServer, path: str = _INDEX, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(f"{server.url}{path}", headers=headers or {})  # noqa: S310 - of our own server
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def test_a_request_is_answered_and_noted(server: ChannelServer) -> None:
    answer = _get(server)

    assert answer == (200, b"{}")
    assert server.requests == [Request("GET", _INDEX, 200)]


def test_nothing_outside_of_the_folder_is_given(server: ChannelServer) -> None:
    assert _get(server, "/main/../../outside.txt")[0] == 404


def test_what_a_client_has_already_is_not_sent_again(server: ChannelServer) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{server.url}{_INDEX}") as answer:
        etag = answer.headers["ETag"]

    assert _get(server, headers={"If-None-Match": etag}) == (304, b"")


@pytest.mark.parametrize(
    ("guard", "path", "headers"),
    [
        (BasicAuth("ann", "secret"), _INDEX, {"Authorization": "Basic YW5uOnNlY3JldA=="}),
        (BearerAuth("secret"), _INDEX, {"Authorization": "Bearer secret"}),
        (PathToken("secret"), f"/t/secret{_INDEX}", {}),
    ],
)
def test_only_who_knows_the_secret_is_let_in(
    server: ChannelServer, guard: BasicAuth | BearerAuth | PathToken, path: str, headers: dict[str, str]
) -> None:
    server.guard = guard

    answers = [_get(server), _get(server, path, headers)]

    assert answers == [(401, b""), (200, b"{}")]


@pytest.mark.parametrize("fault", [Fault.NOT_FOUND, Fault.UNAVAILABLE])
def test_a_fault_is_played_as_often_as_it_was_armed(server: ChannelServer, fault: Fault) -> None:
    server.faults.arm("repodata.json", fault, times=1)

    answers = [_get(server)[0], _get(server)[0]]

    assert answers == [fault.value, 200]


def test_an_answer_can_be_cut_in_its_middle(server: ChannelServer) -> None:
    server.faults.arm("*", Fault.CUT)

    with pytest.raises(IncompleteRead):
        _get(server)


def test_an_answer_can_be_altered(server: ChannelServer) -> None:
    server.faults.arm("*", Fault.ALTERED)

    assert _get(server) == (200, bytes([ord("{"), ord("}") ^ 0xFF]))


def test_faults_end_when_they_are_cleared(server: ChannelServer) -> None:
    server.faults.arm("*", Fault.NOT_FOUND)

    server.faults.clear()

    assert _get(server)[0] == 200


def test_rattler_installs_after_a_download_that_was_cut(channel_server: ChannelServer, tmp_path: Path) -> None:
    channel_server.faults.arm("extra-1.0*", Fault.CUT, times=1)

    records = solved(channel_server.url, ["extra"], cache=tmp_path / "cache", names=["extras"])
    prefix = installed(records, tmp_path / "prefix", cache=tmp_path / "cache")

    assert (prefix / "share" / "extra" / "version.txt").read_text() == "1.0\n"
    assert len(channel_server.downloaded()) == 2


def test_rattler_reads_a_guarded_channel_with_credentials_in_its_url(
    channel_server: ChannelServer, tmp_path: Path
) -> None:
    channel_server.guard = BasicAuth("ann", "secret")
    alias = f"http://ann:secret@{channel_server.host}"

    records = solved(alias, ["extra"], cache=tmp_path / "cache", names=["extras"], client=Client())
    prefix = installed(records, tmp_path / "prefix", cache=tmp_path / "cache", client=Client())

    assert (prefix / "share" / "extra" / "version.txt").is_file()
