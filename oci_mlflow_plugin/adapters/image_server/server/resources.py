"""What this process may use of the machine: control groups limit containers, and the machine's own size misleads."""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
#: Files of version 2, then of version 1.
_MEMORY = ("memory.max", "memory/memory.limit_in_bytes")
_CPU_V2 = "cpu.max"
_CPU_V1 = ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")


def memory_bytes(root: Path = _ROOT) -> int:
    """Bytes of memory: the control group's limit where it has one below the machine's memory."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [int(text) for text in (_text(root / name) for name in _MEMORY) if text.isdecimal()]
    return min([machine, *limits])


def cores(root: Path = _ROOT) -> int:
    """Processors, at least one: those that the process may run on, and no more than the control group pays for."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota(root)
    return max(1, min(available, round(quota))) if quota else available


def _quota(root: Path) -> float | None:
    parts = _text(root / _CPU_V2).split() or [_text(root / name) for name in _CPU_V1]
    if len(parts) == 2 and all(part.isdecimal() for part in parts):  # noqa: PLR2004 - quota and period
        return int(parts[0]) / int(parts[1])
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def has_gpu(devices: Path = Path("/dev")) -> bool:
    """Whether there is an NVIDIA GPU, whose memory processes do not share."""
    return any(devices.glob("nvidia[0-9]*"))


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below the folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
