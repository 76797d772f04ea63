"""Starts and stops an engine below the folder that it is told, and prints what it saw as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rig.engine.daemon import Daemon, EngineError
from rig.engine.found import answers

_FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


def main(folder: Path) -> dict[str, object]:
    """The whole life of one."""
    # A new network begins with the machine's own setting.
    _FORWARDING.write_text("0", encoding="ascii")
    daemon = Daemon(folder)
    told: dict[str, object] = {"network before": _network()}
    try:
        told["host"] = daemon.start()
    except EngineError as fault:
        return {"error": str(fault)}
    try:
        told |= {"answered": answers(daemon.host), "pid": _pid(folder), "network meanwhile": _network()}
        told |= {"second start": Daemon(folder).start(), "pid then": _pid(folder)}
        told["beside another"] = _refusal(folder.with_name("beside"))
    finally:
        daemon.stop()
    return {**told, "network after": _network()}


def _refusal(folder: Path) -> str:
    other = Daemon(folder)
    try:
        other.start()
    except EngineError as fault:
        return str(fault)
    other.stop()
    return "it started"


def _pid(folder: Path) -> str:
    return (folder / "dockerd.pid").read_text(encoding="ascii")


def _network() -> list[str]:
    commands = [["iptables", "-t", "filter", "-S"], ["iptables", "-t", "nat", "-S"], ["ip", "-br", "link"]]
    said = [subprocess.run(one, capture_output=True, text=True, check=False).stdout for one in commands]
    return [*said, _FORWARDING.read_text(encoding="ascii")]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
