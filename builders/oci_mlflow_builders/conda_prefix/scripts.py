"""Scripts that find the Python beside them, wherever the prefix lies."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Runs the rest of the file with the Python beside it: to the shell a command, to Python a string.
HEAD = b"""#!/bin/sh
'''exec' "$(dirname -- "$(readlink -f -- "$0")")/python"%s "$0" "$@"
' '''
"""
#: A path with spaces or too long for the kernel is written as a command for the shell; pip and conda end it in their
#: own ways.
_LONG = rb"#!/bin/sh\n'''exec' (?P<quote>['\"]?)%s(?P=quote)(?P<arguments>(?: -\S+)*) \"\$0\" \"\$@\"(?:\n' | #)'''\n"
_SHORT = rb"#![ \t]*\"?%s\"?(?P<options>[ \t][^\n]*)?\r?\n"


class ScriptHeads:
    """Knows the first lines of scripts that name certain Pythons.

    Args:
        homes: Prefixes (or placeholders for them) whose ``bin/python`` is meant.
        programs: Other Pythons that are meant.
    """

    def __init__(self, homes: Iterable[bytes], programs: Iterable[bytes] = ()) -> None:
        own = [rb"%s/bin/python[0-9.]*" % re.escape(home) for home in homes]
        program = rb"(?:%s)" % b"|".join(own + [re.escape(other) for other in programs])
        self._pattern = re.compile(rb"(?:%s|%s)" % (_LONG % program, _SHORT % program))

    def relocatable(self, data: bytes) -> bytes | None:
        """The script with a head that finds the Python beside it; None where its head names none of the Pythons."""
        match = self._pattern.match(data)
        if match is None:
            return None
        arguments = (match.group("arguments") or match.group("options") or b"").strip()
        return HEAD % (b" " + arguments if arguments else b"") + data[match.end() :]
