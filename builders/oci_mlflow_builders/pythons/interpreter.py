"""A Python that is installed on this machine, and what it says about itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import attrs

from oci_mlflow_builders.elf import is_elf

#: Seconds after which a program that was taken for a Python is not waited for any longer.
_PATIENCE = 20.0
#: ``-S`` keeps a virtual environment or a ``sitecustomize`` from changing the answers.
_PROBE = """
import json, os, platform, sys, sysconfig
names = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
print(json.dumps({
    "implementation": sys.implementation.name,
    "version": platform.python_version(),
    "machine": names.get(platform.machine().lower(), platform.machine()) if sys.maxsize > 2**32 else "32-bit",
    "free_threaded": "t" in getattr(sys, "abiflags", ""),
    "executable": getattr(sys, "_base_executable", sys.executable),
    "prefix": sys.base_prefix,
    "stdlib": os.path.dirname(os.path.abspath(os.__file__)),
    "include": sysconfig.get_path("include") or "",
    "built_in": sysconfig.get_config_var("abs_builddir") or "",
    "standalone": bool(sysconfig.get_config_var("PYTHON_BUILD_STANDALONE")),
}))
"""


@attrs.frozen(kw_only=True)
class Interpreter:
    """A CPython of this machine, virtual environments looked through."""

    #: The program itself, no link.
    executable: Path
    #: Full version, such as ``3.11.7``.
    version: str
    #: Where it was installed to.
    prefix: Path
    #: The folder of ``os.py``.
    stdlib: Path
    #: Its C headers; need not exist.
    include: Path
    #: The folder that it was compiled in, which its configuration data mentions; empty where that is unknown.
    built_in: str = ""
    #: Whether it was made to be moved and to run on old systems (python-build-standalone, which uv installs).
    standalone: bool = False

    @property
    def minor(self) -> str:
        """Such as ``3.11``."""
        return ".".join(self.version.split(".")[:2])

    @property
    def kind(self) -> str:
        """What a lock calls it."""
        return "standalone" if self.standalone else "copied"


def probe(program: Path) -> Interpreter | None:
    """The interpreter behind a program or link, or None where it is not a CPython that can be copied.

    Scripts are not run: those of pyenv and its like start another Python, which is found under its own name.
    """
    try:
        real = program.resolve(strict=True)
        said = _ask(real) if is_elf(real) else None
        if said is not None and Path(said["executable"]).resolve() != real:
            real = Path(said["executable"]).resolve(strict=True)
            said = _ask(real)
    except (OSError, RuntimeError):
        return None
    return None if said is None else _interpreter(real, said)


def _ask(program: Path) -> dict[str, str] | None:
    command = [str(program), "-I", "-S", "-B", "-c", _PROBE]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL)
        said = json.loads(answer.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
    usable = said["implementation"] == "cpython" and not said["free_threaded"] and said["machine"] != "32-bit"
    return said if usable else None


def _interpreter(executable: Path, said: dict[str, str]) -> Interpreter | None:
    prefix, stdlib = Path(said["prefix"]).resolve(), Path(said["stdlib"]).resolve()
    if not stdlib.is_relative_to(prefix):
        return None
    return Interpreter(
        executable=executable,
        version=said["version"],
        prefix=prefix,
        stdlib=stdlib,
        include=Path(said["include"]),
        built_in=said["built_in"],
        standalone=bool(said["standalone"]),
    )
