"""Confines a process and becomes it: a program of its own, run with the standard library alone.

``python -I -S launch.py`` reads ``{"lifeline", "home", "mounts", "environment", "command"}`` as JSON from its input and
becomes the command. Its process group ends when the other end of the pipe ``lifeline`` (a file descriptor) is gone,
which the twin holds as long as it lives. With ``mounts`` it first enters a mount namespace in which everything but
devices is read-only and ``home`` is ``/home/datascience``, the only folder that a model on OCI may write to.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import struct
import sys
from pathlib import Path

HOME = Path("/home/datascience")
_NEW_MOUNTS, _NEW_USERS = 0x20000, 0x10000000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_MOUNT_SETATTR, _AT_CWD, _AT_RECURSIVE, _READ_ONLY = 442, -100, 0x8000, 1


def main() -> None:
    """Becomes the command, without the input that told it so."""
    plan = json.load(sys.stdin)
    _watch(plan["lifeline"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    home = Path(plan["home"])
    if plan["mounts"]:
        _enter_namespace()
        _mount_home(home)
        home = HOME
    os.chdir(home)
    environment = {**plan["environment"], "HOME": str(home)}
    os.execve(plan["command"][0], plan["command"], environment)  # noqa: S606 - lists of arguments, no shell


def _watch(lifeline: int) -> None:
    """Leaves a process in the group that ends the group; no child of the model's, which may wait for its own."""
    middle = os.fork()
    if middle:
        os.waitpid(middle, 0)
        os.close(lifeline)
        return
    if os.fork() == 0:
        for name in os.listdir("/dev/fd"):  # noqa: PTH208 - numbers, no paths
            if int(name) != lifeline:
                with contextlib.suppress(OSError):
                    os.close(int(name))
        while os.read(lifeline, 1):
            pass
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _enter_namespace() -> None:
    """A mount namespace of its own; an ordinary user needs a user namespace for it, in which it stays who it is."""
    user, group = os.getuid(), os.getgid()
    if user == 0:
        _check(_libc().unshare(_NEW_MOUNTS), "unshare")
    else:
        _check(_libc().unshare(_NEW_MOUNTS | _NEW_USERS), "unshare")
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
    _mount(None, Path("/"), _RECURSIVE | _PRIVATE)


def _mount_home(home: Path) -> None:
    source = os.open(home, os.O_PATH)
    if not HOME.is_dir():
        _make_room()
    _mount(f"/proc/self/fd/{source}", HOME, _BIND)
    os.close(source)
    _change(Path("/"), attr_set=_READ_ONLY)
    _change(Path("/dev"), attr_clr=_READ_ONLY)
    _change(HOME, attr_clr=_READ_ONLY)


def _make_room() -> None:
    """Puts a folder for mounting into ``/home`` without touching the machine's own, whose folders stay visible."""
    parent = HOME.parent
    before = os.open(parent, os.O_PATH)
    names = os.listdir(parent)  # noqa: PTH208 - names alone
    _mount("tmpfs", parent, 0, "tmpfs")
    for name in names:
        original, place = Path(f"/proc/self/fd/{before}/{name}"), parent / name
        if original.is_symlink():
            place.symlink_to(os.readlink(original))  # noqa: PTH115 - as it is written
        elif original.is_dir():
            place.mkdir()
            _mount(str(original), place, _BIND | _RECURSIVE)
    os.close(before)
    HOME.mkdir()


def _mount(source: str | None, target: Path, flags: int, kind: str | None = None) -> None:
    plain = [None if value is None else value.encode() for value in (source, str(target), kind)]
    result = _libc().mount(plain[0], plain[1], plain[2], ctypes.c_ulong(flags), None)
    _check(result, f"mount {target}")


def _change(target: Path, *, attr_set: int = 0, attr_clr: int = 0) -> None:
    # struct mount_attr: attr_set, attr_clr, propagation, userns_fd
    attributes = struct.pack("=4Q", attr_set, attr_clr, 0, 0)
    path = str(target).encode()
    result = _libc().syscall(_MOUNT_SETATTR, _AT_CWD, path, _AT_RECURSIVE, attributes, ctypes.c_size_t(len(attributes)))
    _check(result, f"mount_setattr {target}")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
