"""``${NAME}`` and ``${NAME:-default}`` in the values of the deployment file."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_REFERENCE = re.compile(rf"\$\$\{{|\$\{{(?P<name>{_NAME})(?::-(?P<default>[^}}]*))?\}}|(?P<broken>\$\{{)")


@attrs.frozen
class Substituted:
    """Text after the environment was put into it."""

    text: str
    #: The variables that it was made from; empty where the text is the file's own.
    names: tuple[str, ...] = ()
    #: What is wrong with the references, one sentence each.
    faults: tuple[str, ...] = ()


def substituted(text: str, environ: Mapping[str, str]) -> Substituted:
    """Puts environment variables in the place of their names; ``$${`` is a literal ``${``.

    As in a shell, the default of ``${NAME:-default}`` stands in for a variable that is unset or empty.
    """
    if "${" not in text:
        return Substituted(text)
    names: list[str] = []
    faults: list[str] = []

    def replace(found: re.Match[str]) -> str:
        if found["broken"]:
            faults.append("'${' begins no ${NAME} or ${NAME:-default}; write '$${' for a literal '${'")
        if not found["name"]:
            return "${"
        name, default = found["name"], found["default"]
        names.append(name)
        value = environ.get(name, "") if default is not None else environ.get(name)
        if value is None:
            faults.append(f"the environment variable {name} is not set; ${{{name}:-default}} gives it a default")
        return value or default or ""

    return Substituted(_REFERENCE.sub(replace, text), tuple(dict.fromkeys(names)), tuple(dict.fromkeys(faults)))
