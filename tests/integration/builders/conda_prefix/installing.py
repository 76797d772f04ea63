"""Prefixes that rattler installed from the rig's channel and that uv laid a wheel over."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path

import attrs
from oci_mlflow_builders.uv.program import environment_for_uv, find_uv
from rig.channel.channels import Channels
from rig.channel.installing import installed, solved

SPECS = ("pip<=23.2.1", "greeter", "prefixprobe", "python-dateutil", "old-format")
#: Nothing of this process's environment, and no Python.
BARE = {"PATH": "/nowhere", "HOME": "/nowhere", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_CACHE_DIR": "1"}


@attrs.frozen
class Installer:
    """Installs below one folder, from channels below one alias."""

    channels: Channels
    alias: str
    folder: Path

    @property
    def packages(self) -> Path:
        """The cache of unpacked packages."""
        return self.folder / "cache" / "pkgs"

    def install(self, name: str = "prefix", specs: Sequence[str] = SPECS) -> Path:
        """A prefix with these packages."""
        wanted = [f"python={self.channels.python}", *specs]
        records = solved(self.alias, wanted, cache=self.folder / "cache")
        return installed(records, self.folder / name, cache=self.folder / "cache")

    def forget(self) -> None:
        """Removes the cache."""
        shutil.rmtree(self.folder / "cache")


def lay(prefix: Path, wheels: Path, *requirements: str) -> None:
    """Lets uv install over it, from a folder of wheels, without taking care of what is there."""
    program = find_uv()
    assert program is not None
    command = [str(program), "pip", "install", "--quiet", "--no-deps", "--no-index", "--find-links", str(wheels)]
    target = ["--python", str(prefix / "bin" / "python"), "--break-system-packages", "--link-mode", "copy"]
    done = subprocess.run(
        [*command, *target, *requirements],
        capture_output=True,
        text=True,
        check=False,
        env=environment_for_uv(os.environ),
    )
    assert done.returncode == 0, done.stderr


def said(*command: str | Path) -> str:
    """What the program prints, run with nothing around it."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, env=BARE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def snapshot(prefix: Path) -> dict[str, tuple[str, bytes]]:
    """Every file and link by name: what it may do, and its bytes or target."""
    found = {}
    for path in sorted(prefix.rglob("*")):
        name = path.relative_to(prefix).as_posix()
        if path.is_symlink():
            found[name] = ("link", os.fsencode(path.readlink()))
        elif path.is_file():
            found[name] = (oct(stat.S_IMODE(path.stat().st_mode) & 0o111), path.read_bytes())
    return found


def differing(one: dict[str, tuple[str, bytes]], other: dict[str, tuple[str, bytes]]) -> list[str]:
    """Names that are not in both, or not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def unpack(prefix: Path) -> None:
    """Runs its ``bin/conda-unpack`` with nothing but a shell's own tools on PATH."""
    tools = prefix.parent / "tools"
    tools.mkdir(exist_ok=True)
    for name in ("dirname", "readlink", "sh"):
        found = shutil.which(name)
        assert found is not None
        if not (tools / name).exists():
            (tools / name).symlink_to(found)
    command = [str(prefix / "bin" / "conda-unpack")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": str(tools)})
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
