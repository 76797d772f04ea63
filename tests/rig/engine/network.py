"""What dockerd changes of a machine's network, and putting that back.

Only for a machine on which nothing of the kind was there before: its rules are flushed, not edited.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
_BRIDGE = re.compile(r"^\d+: (?P<name>docker0|br-[0-9a-f]{12})\b", re.MULTILINE)


def is_untouched() -> bool:
    """Whether the machine has no packet filter rules and forwards nothing, as a new one does."""
    if _FORWARDING.read_text(encoding="ascii").strip() != "0":
        return False
    return all("-A " not in _said("iptables", "--table", table, "--list-rules") for table in ("filter", "nat"))


def has_default_bridge() -> bool:
    """Whether an engine has made the bridge that engines make by default."""
    return "docker0:" in Path("/proc/net/dev").read_text(encoding="ascii")


def put_back() -> None:
    """Makes an untouched network of one that only dockerd has changed."""
    _said("iptables", "--policy", "FORWARD", "ACCEPT")
    for table in ("filter", "nat"):
        _said("iptables", "--table", table, "--flush")
        _said("iptables", "--table", table, "--delete-chain")
    for match in _BRIDGE.finditer(_said("ip", "-oneline", "link", "show", "type", "bridge")):
        _said("ip", "link", "delete", match["name"])
    _FORWARDING.write_text("0\n", encoding="ascii")


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout
