"""All of the rig's channels, below one folder: what a channel alias points to."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
from oci_mlflow_builders.pythons.contents import contents_of

from rig.channel.aarch64 import write_aarch64_python
from rig.channel.faulty import write_faulty
from rig.channel.index import write_index
from rig.channel.probe import NAME as PROBE
from rig.channel.probe import find_compiler, write_probe
from rig.channel.pythons import find_python, write_python
from rig.channel.small import write_extras, write_small
from rig.channel.wheels import WHEELS, write_wheels

#: The channel that has nearly all, named as in the files that MLflow writes.
MAIN = "conda-forge"
#: A second channel, of which some packages shadow those of the first.
EXTRAS = "extras"
#: The channel of `rig.channel.faulty`.
FAULTY = "faulty"
_NOTE = "channels.json"


@attrs.frozen(kw_only=True)
class Channels:
    """What is in a folder of channels."""

    folder: Path
    #: Full versions of the Pythons for this machine's platform, in the order asked for.
    pythons: tuple[str, ...]
    #: The one for linux-aarch64, or None where it was not asked for or cannot be had.
    aarch64_python: str | None = None
    #: This machine's platform in conda's words.
    subdir: str
    #: The glibc that the packages for this platform need.
    glibc: str
    #: Packages that could not be made, and why.
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def python(self) -> str:
        """The first of them."""
        return self.pythons[0]

    def why_without(self, package: str) -> str | None:
        """Why there is no such package; None where there is one."""
        return dict(self.skipped).get(package)

    def save(self) -> None:
        """Leaves a note of it in the folder, for `load`."""
        plain = attrs.asdict(self, filter=lambda field, _: field.name != "folder")
        (self.folder / _NOTE).write_text(json.dumps(plain, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Channels:
        """What `save` noted."""
        plain = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        skipped = tuple((name, why) for name, why in plain.pop("skipped"))
        return cls(folder=folder, skipped=skipped, **{**plain, "pythons": tuple(plain["pythons"])})


def make_channels(
    folder: Path,
    *,
    minors: Sequence[str] = (f"{sys.version_info[0]}.{sys.version_info[1]}",),
    say: Callable[[str], object] = lambda _: None,
) -> Channels:
    """Makes the channels, in place of what the folder has of them.

    Raises:
        NoPythonError: One of the Pythons is not on this machine.
        WheelsError: The package index does not answer.
    """
    for name in (MAIN, EXTRAS, FAULTY):
        shutil.rmtree(folder / name, ignore_errors=True)
    main = folder / MAIN
    with tempfile.TemporaryDirectory(prefix="rig-channel-") as scratch_:
        scratch = Path(scratch_)
        pythons = [find_python(minor) for minor in minors]
        for python in pythons:
            say(f"python {python.interpreter.version} from {python.interpreter.prefix}")
            write_python(python, main, scratch / python.interpreter.version)
        glibc = contents_of(pythons[0].interpreter).glibc
        skipped = _write_probe(main, pythons[0].subdir, glibc, scratch)
        say(f"{len(WHEELS)} packages made from wheels")
        write_wheels(WHEELS, pythons[0].interpreter.version, main, scratch / "wheels")
        write_small(main, scratch / "small")
        write_extras(folder / EXTRAS, scratch / "extras")
        write_faulty(folder / FAULTY, scratch / "faulty")
    write_index(main)
    write_index(folder / EXTRAS)
    made = Channels(
        folder=folder,
        pythons=tuple(python.interpreter.version for python in pythons),
        subdir=pythons[0].subdir,
        glibc=glibc,
        skipped=skipped,
    )
    made.save()
    return made


def add_aarch64(channels: Channels) -> Channels:
    """Adds a Python for linux-aarch64 to the main channel, whatever this machine is.

    Raises:
        DebianError: What it is made of cannot be had here.
    """
    main = channels.folder / MAIN
    with tempfile.TemporaryDirectory(prefix="rig-channel-") as scratch:
        version = write_aarch64_python(main, Path(scratch))
    write_index(main)
    made = attrs.evolve(channels, aarch64_python=version)
    made.save()
    return made


def _write_probe(main: Path, subdir: str, glibc: str, scratch: Path) -> tuple[tuple[str, str], ...]:
    compiler = find_compiler()
    if compiler is None:
        return ((PROBE, "no C compiler is on this machine"),)
    write_probe(compiler, main, subdir, f"__glibc >={glibc}", scratch)
    return ()
