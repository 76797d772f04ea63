"""dockerd with everything of it below one folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from rig.engine import network
from rig.engine.found import answers

#: Seconds in which it has to answer, and in which it has to end.
_PATIENCE = 60
_INTERVAL = 0.1
#: Characters: a socket's path has 107 at most, and containerd adds ``/exec/containerd/containerd-debug.sock.ttrpc``.
_LONGEST = 60


class EngineError(Exception):
    """An engine cannot be started or stopped here, with the reason."""


class Daemon:
    """A dockerd of the tests' own.

    It is started with dockerd's defaults, which change the machine's network, where nothing had changed that before,
    and puts it back when it stops; elsewhere it touches no network setting, and containers share the machine's network.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._note = folder / "engine.json"
        self._pid_file = folder / "dockerd.pid"
        self._process: subprocess.Popen[bytes] | None = None
        self.host = f"unix://{folder}/docker.sock"

    @property
    def was_started(self) -> bool:
        """Whether this folder has one, running or not."""
        return self._note.is_file()

    def start(self) -> str:
        """Starts it unless it runs, and returns its `DOCKER_HOST`.

        Raises:
            EngineError: It is not installed, the user may not, or it does not come up.
        """
        if self.was_started and answers(self.host):
            return self.host
        if len(str(self._folder)) > _LONGEST:
            raise EngineError(f"{self._folder}: an engine makes sockets there, whose paths would be too long")
        program = shutil.which("dockerd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
        if program is None:
            raise EngineError("dockerd is not installed (Debian: apt-get install docker.io)")
        if os.geteuid() != 0:
            raise EngineError("dockerd has to be started by root; or let DOCKER_HOST name an engine that runs")
        if network.has_default_bridge():
            # An engine that is told to have none removes the one that is there.
            raise EngineError(
                "another engine's network, docker0, is on this machine, and that engine does not answer; "
                "let DOCKER_HOST name it"
            )
        ours = network.is_untouched()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._note.write_text(json.dumps({"network": ours}), encoding="utf-8")
        self._process = self._spawn(program, [] if ours else _LEAVE_THE_NETWORK)
        self._await_answer(self._process)
        return self.host

    def _spawn(self, program: str, options: list[str]) -> subprocess.Popen[bytes]:
        command = [
            *(program, "--host", self.host, "--pidfile", str(self._pid_file)),
            *("--data-root", str(self._folder / "data"), "--exec-root", str(self._folder / "exec")),
            *options,
        ]
        with (self._folder / "dockerd.log").open("wb") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True
            )

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not answers(self.host):
            if process.poll() is not None or time.monotonic() > deadline:
                log = (self._folder / "dockerd.log").read_text(encoding="utf-8", errors="replace")
                last = "\n".join(log.splitlines()[-10:])
                self.stop()
                raise EngineError(f"dockerd did not come up:\n{last}")
            time.sleep(_INTERVAL)

    def stop(self) -> None:
        """Ends it with its containers, undoes its mounts and what it did to the network, and removes its folder."""
        self._end_containers()
        self._end()
        for place in sorted(_mounts_below(self._folder), reverse=True):
            subprocess.run(["umount", "--lazy", place], check=False)  # noqa: S607 - as in a shell
        if json.loads(self._note.read_text(encoding="utf-8"))["network"]:
            network.put_back()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end_containers(self) -> None:
        """Containers outlive a dockerd that ends."""
        if not answers(self.host):
            return
        listed = ["docker", "--host", self.host, "ps", "--all", "--quiet"]
        found = subprocess.run(listed, capture_output=True, text=True, check=False).stdout.split()
        if found:
            removal = ["docker", "--host", self.host, "rm", "--force", *found]
            subprocess.run(removal, capture_output=True, check=False)

    def _end(self) -> None:
        pid = _pid_in(self._pid_file)
        deadline = time.monotonic() + _PATIENCE
        if pid is not None:
            _signal(pid, signal.SIGTERM)
        while pid is not None and _is_alive(pid) and time.monotonic() < deadline:
            time.sleep(_INTERVAL)
        if pid is not None and _is_alive(pid):
            _signal(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()


_LEAVE_THE_NETWORK = ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"]


def _pid_in(file: Path) -> int | None:
    """The process that the file names, if it is a dockerd indeed."""
    try:
        pid = int(file.read_text(encoding="ascii"))
        name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return pid if name == "dockerd" else None


def _is_alive(pid: int) -> bool:
    """Whether it runs; one that only waits for its parent does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _mounts_below(folder: Path) -> list[str]:
    lines = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    return [place for place in (line.split()[1] for line in lines) if place.startswith(f"{folder}/")]
