"""Whether this machine lets processes have mounts of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

_LAUNCH = Path(__file__).with_name("launch.py")


@cache
def can_mount() -> bool:
    """Tries it once: Linux 5.12 or later, as root or where ordinary users may make user namespaces."""
    if sys.platform != "linux":
        return False
    with tempfile.TemporaryDirectory() as home:
        plan = {"parent": os.getpid(), "home": home, "mounts": True, "environment": {}, "command": ["/bin/true"]}
        command = [sys.executable, "-I", "-S", str(_LAUNCH)]
        return (
            subprocess.run(command, input=json.dumps(plan).encode(), check=False, capture_output=True).returncode == 0
        )
