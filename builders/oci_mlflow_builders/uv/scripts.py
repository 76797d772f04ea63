"""Console scripts that find the Python beside them, wherever the pack lies."""

from __future__ import annotations

import os
import re
from pathlib import Path

from oci_mlflow_builders.uv.records import replacing

#: Runs the rest of the file with the Python beside it: to the shell a command, to Python a string.
HEAD = b"""#!/bin/sh
'''exec' "$(dirname -- "$(readlink -f -- "$0")")/python"%s "$0" "$@"
' '''
"""
#: A path that is too long for the kernel is written as a command for the shell.
_LONG = rb"#!/bin/sh\n'''exec' (?P<quote>['\"]?)%s(?P=quote)(?P<arguments>(?: -\S+)*) \"\$0\" \"\$@\"\n' '''\n"
_SHORT = rb"#!\"?%s\"?(?P<arguments>[ \t][^\n]*)?\r?\n"


def make_relocatable(prefix: Path) -> frozenset[Path]:
    """Rewrites the scripts in ``bin`` that name the prefix's own Python; returns those that were changed."""
    homes = {os.fsencode(str(home)) for home in (prefix, prefix.resolve())}
    program = rb"(?:%s)/bin/python[0-9.]*" % b"|".join(sorted(map(re.escape, homes)))
    pattern = re.compile(rb"(?:%s|%s)" % (_LONG % program, (_SHORT % program).replace(b"arguments", b"options")))
    return frozenset(path for path in sorted((prefix / "bin").iterdir()) if _rewrite(path, pattern))


def _rewrite(path: Path, pattern: re.Pattern[bytes]) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as stream:
        if stream.read(2) != b"#!":
            return False
    data = path.read_bytes()
    match = pattern.match(data)
    if match is None:
        return False
    arguments = (match["arguments"] or match["options"] or b"").strip()
    head = HEAD % (b" " + arguments if arguments else b"")
    mode = path.stat().st_mode
    replacing(path).write_bytes(head + data[match.end() :])
    path.chmod(mode & 0o777)
    return True
