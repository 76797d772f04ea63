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
    held, lifeline = os.pipe()
    with tempfile.TemporaryDirectory() as home, os.fdopen(lifeline, "wb"), os.fdopen(held, "rb"):
        plan = {"lifeline": held, "home": home, "mounts": True, "environment": {}, "command": ["/bin/true"]}
        command, told = [sys.executable, "-I", "-S", str(_LAUNCH)], json.dumps(plan).encode()
        done = subprocess.run(
            command, input=told, pass_fds=(held,), check=False, capture_output=True, start_new_session=True
        )
        return done.returncode == 0
