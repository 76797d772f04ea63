"""What goes wrong while an environment is built is told in one sentence, and nothing half-made stays."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import attrs
import pytest
from integration.builders.rattler.forge import Forge
from rig.channel.channels import Channels
from rig.channel.faults import Fault
from rig.channel.server import ChannelServer

from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.environment import Lock


def _only(forge: Forge, *names: str, channel: str = "faulty") -> tuple[Lock, str]:
    """A lock of the Python and these packages, and what the first of them is called."""
    lock = forge.lock(forge.request(*names, channels=("conda-forge", channel)))
    [package] = [each for each in lock.conda if each.name == names[0]]
    return lock, package.filename


def _failure(forge: Forge, lock: Lock) -> BuildError:
    with pytest.raises(BuildError) as caught:
        forge.build(forge.request(channels=("conda-forge", "faulty")), lock)
    assert caught.value.stage == "build"
    return caught.value


def _unfinished(forge: Forge) -> list[str]:
    """What is in the cache of packages that have not arrived as a whole."""
    return [path.name for path in forge.packages.glob(".arriving/**/*") if path.is_dir() or path.stat().st_size]


def test_a_package_that_vanished_is_named(forge: Forge, channel_server: ChannelServer) -> None:
    lock, filename = _only(forge, "vanished")

    fault = _failure(forge, lock)

    place = f"{channel_server.url}/faulty"
    assert fault.reason == (
        f"{filename} is not in the channel faulty ({place}) any more (HTTP 404 for {place}/noarch/{filename})"
    )
    assert fault.hint == "Lock again with -C relock=true."
    assert _unfinished(forge) == []


@pytest.mark.parametrize("by", ["http", "folder"])
def test_a_package_that_is_not_the_locked_one_is_refused(forge: Forge, channels: Channels, by: str) -> None:
    lock, filename = _only(forge, "altered")
    if by == "folder":
        forge.alias = channels.folder.as_uri()

    fault = _failure(forge, lock)

    [expected] = [each.sha256 for each in lock.conda if each.name == "altered"]
    assert fault.reason.startswith(f"{filename} of the channel faulty ({forge.alias}/faulty) has the SHA-256 ")
    assert fault.reason.endswith(f", and the lock says {expected}")
    assert _unfinished(forge) == []


def test_a_download_that_is_cut_is_told_and_the_next_build_goes_on(forge: Forge, channel_server: ChannelServer) -> None:
    lock, filename = _only(forge, "colorama", channel="extras")
    channel_server.faults.arm("colorama-*.conda", Fault.CUT)

    fault = _failure(forge, lock)
    channel_server.faults.clear()
    built = forge.build(forge.request(), lock)

    place = f"{channel_server.url}/conda-forge"
    assert fault.reason.startswith(f"{filename} could not be fetched from the channel conda-forge ({place}): ")
    assert list(built.path.glob("lib/python3.*/site-packages/colorama/ansi.py")) != []
    assert _unfinished(forge) == []


def test_a_cut_download_is_tried_again(forge: Forge, channel_server: ChannelServer) -> None:
    lock, _ = _only(forge, "colorama", channel="extras")
    channel_server.faults.arm("colorama-*.conda", Fault.CUT, times=1)
    forge.variables["OCI_MLFLOW_CHANNEL_RETRIES"] = "2"

    built = forge.build(forge.request(), lock)

    assert list(built.path.glob("lib/python3.*/site-packages/colorama/ansi.py")) != []


def test_a_package_that_was_altered_in_the_cache_is_fetched_again(forge: Forge, channel_server: ChannelServer) -> None:
    lock, _ = _only(forge, "colorama", channel="extras")
    forge.build(forge.request(), lock)
    [cached] = forge.packages.glob("colorama-*/site-packages/colorama/ansi.py")
    original = cached.read_bytes()
    cached.unlink()
    cached.write_bytes(original + b"# altered\n")
    channel_server.requests.clear()

    built = forge.build(forge.request(), lock)

    [installed] = built.path.glob("lib/python3.*/site-packages/colorama/ansi.py")
    assert installed.read_bytes() == original
    assert [name.partition("-")[0] for name in channel_server.downloaded()] == ["colorama"]


def test_another_package_of_the_same_name_version_and_build_is_not_taken_from_the_cache(forge: Forge) -> None:
    lock, _ = _only(forge, "colorama", channel="extras")
    forge.build(forge.request(), lock)
    rebuilt = tuple(attrs.evolve(each, sha256=64 * "0") if each.name == "colorama" else each for each in lock.conda)

    fault = _failure(forge, attrs.evolve(lock, conda=rebuilt))

    assert fault.reason.endswith(f", and the lock says {64 * '0'}")


class _Stalling(SimpleHTTPRequestHandler):
    """Sends the beginning of a Python, and then nothing until it is told to go on."""

    begun: ClassVar[threading.Event]
    go_on: ClassVar[threading.Event]

    def copyfile(self, source: Any, outputfile: Any) -> None:
        if "/python-3" in self.path:
            outputfile.write(source.read(1 << 20))
            outputfile.flush()
            self.begun.set()
            self.go_on.wait(20)
        else:
            with contextlib.suppress(ConnectionError):  # whoever asked was interrupted meanwhile
                super().copyfile(source, outputfile)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keeps the test's output clean."""


@pytest.fixture
def stalling(channels: Channels) -> Iterator[tuple[str, threading.Event]]:
    """The address of a server whose downloads stall, and the event that one has begun."""
    begun, go_on = threading.Event(), threading.Event()
    handler = type("Handler", (_Stalling,), {"begun": begun, "go_on": go_on})
    serve = functools.partial(handler, directory=str(channels.folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", begun
        go_on.set()
        server.shutdown()
        thread.join()


def test_interrupting_a_build_leaves_no_download_behind(forge: Forge, stalling: tuple[str, threading.Event]) -> None:
    forge.alias, begun = stalling
    lock = forge.lock(forge.request())
    seen: list[str] = []

    def interrupt() -> None:
        begun.wait(20)
        seen.extend(_unfinished(forge))
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()

    with pytest.raises(KeyboardInterrupt):
        forge.build(forge.request(), lock)

    assert ".python" in {name.partition("-")[0] for name in seen}
    assert _unfinished(forge) == []
