"""A process that has used rattler ends as it would without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from rig.channel.channels import Channels
from rig.channel.server import ChannelServer

_TESTS = Path(__file__).parents[3]
_RUNS = 5
_CODE = 7
_LOCKING = """\
import sys
from pathlib import Path
from integration.builders.rattler.forge import Forge

folder, alias, python, glibc = sys.argv[1:]
forge = Forge(folder=Path(folder), alias=alias, python=python, glibc=glibc)
print([each.version for each in forge.lock(forge.request("aged")).conda if each.name == "aged"])
sys.exit(7)
"""


def test_its_exit_code_is_its_own(channels: Channels, channel_server: ChannelServer, tmp_path: Path) -> None:
    arguments = (channel_server.url, channels.python, channels.glibc)

    ends = [_end(tmp_path / str(run), *arguments) for run in range(_RUNS)]

    assert ends == _RUNS * [(_CODE, "['2.0']\n", "")]


def _end(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a process that locks an environment and ends at once."""
    done = subprocess.run(
        [sys.executable, "-c", _LOCKING, str(folder), *arguments],
        env={"PYTHONPATH": str(_TESTS), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
