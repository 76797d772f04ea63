"""The ``-C`` options of MLflow's commands: one typed parser for what the command line and Python callers give."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.errors import SpecError, Violation, nearest, one_of
from oci_mlflow_core.model.options import CommandOptions, LockFile

#: The option that names the deployment file, as oci-mlflow calls it.
FILE_OPTION = "deploy-config-file"
FILE_OPTION_VERBS = ("create", "update", "run-local", "doctor", "lock")
FILE_OPTION_DOC = "The deployment file."

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_HIGHEST_PORT = 65535


@attrs.frozen(kw_only=True)
class ParsedOptions:
    """What ``-C`` said: how the command goes, which file it reads, and which of its values are overridden."""

    command: CommandOptions
    file: str | Path | None = None
    #: Dotted path from the root of the file → value; text where it came from the command line.
    overrides: dict[str, object] = attrs.field(factory=dict)


def parse_options(verb: str, config: Mapping[str, object] | None) -> ParsedOptions:
    """Reads the options of one command.

    Raises:
        SpecError: Options that are unknown, of the wrong type, or not for this command; all at once.
    """
    known = {field.name.replace("_", "-"): field for field in attrs.fields(CommandOptions)}
    faults: list[Violation] = []
    values: dict[str, Any] = {}
    overrides: dict[str, object] = {}
    file: list[object] = []
    for given, value in _flattened(config or {}):
        name = given.replace("_", "-")
        if given == "spec" or given.startswith("spec.") or "." in given:
            overrides[given] = value
        elif name == FILE_OPTION and verb in FILE_OPTION_VERBS:
            file.append(value)
        elif name not in known or verb not in known[name].metadata["verbs"]:
            faults.append(_unknown(verb, given, known))
        else:
            faults += _taken(known[name], value, values)
    faults += _file_faults(file)
    if overrides and verb not in FILE_OPTION_VERBS:
        faults += [Violation(f"-C {path}", "", f"'{verb}' reads no deployment file") for path in overrides]
    if faults:
        raise SpecError(tuple(faults))
    return ParsedOptions(
        command=CommandOptions(**values),
        file=typing.cast("str | Path", file[0]) if file else None,
        overrides=overrides,
    )


def _file_faults(given: list[object]) -> list[Violation]:
    """What is wrong with the deployment file that was named, by either spelling of the option."""
    source = f"-C {FILE_OPTION}"
    if len(given) > 1:
        return [Violation(source, "", "given twice")]
    return [
        Violation(source, "", f"expected the path of a file, got {path!r}")
        for path in given
        if not isinstance(path, str | Path) or not str(path)
    ]


def _taken(field: attrs.Attribute[Any], value: object, values: dict[str, Any]) -> list[Violation]:
    """Puts the option's value among `values`; what is wrong with it."""
    source = f"-C {field.name.replace('_', '-')}"
    if field.name in values:
        return [Violation(source, "", "given twice")]
    try:
        values[field.name] = _typed(field, value)
    except ValueError as wrong:
        return [Violation(source, "", str(wrong))]
    return []


def options_of(verb: str) -> Iterator[tuple[str, str, object]]:
    """The options that a command takes: name, one sentence, default."""
    if verb in FILE_OPTION_VERBS:
        yield FILE_OPTION, FILE_OPTION_DOC, None
    for field in attrs.fields(CommandOptions):
        if verb in field.metadata["verbs"]:
            yield field.name.replace("_", "-"), field.metadata["doc"], field.default


def _flattened(config: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Nested mappings below ``spec`` as dotted paths, which is how the command line writes them."""
    for name, value in config.items():
        if isinstance(value, Mapping) and name.split(".")[0] == "spec":
            yield from _flattened({f"{name}.{key}": below for key, below in value.items()})
        else:
            yield str(name), value


def _unknown(verb: str, given: str, known: Mapping[str, attrs.Attribute[Any]]) -> Violation:
    mine = [name for name, _, _ in options_of(verb)]
    if given.replace("_", "-") in {*known, FILE_OPTION}:
        return Violation(f"-C {given}", "", f"not an option of '{verb}'")
    near = nearest(given.replace("_", "-"), mine)
    if near:
        return Violation(f"-C {given}", "", f"unknown option, did you mean '{near}'?")
    known_ones = f"'{verb}' takes {', '.join(mine)}" if mine else f"'{verb}' takes no options"
    return Violation(f"-C {given}", "", f"unknown option; {known_ones}, and values of the deployment file as spec.…")


def _typed(field: attrs.Attribute[Any], value: object) -> object:
    wanted = _one_type(typing.get_type_hints(CommandOptions)[field.name])
    if wanted is bool:
        return _boolean(value)
    if wanted is float:
        return _seconds(value)
    if wanted is int:
        return _port(value)
    if issubclass(wanted, enum.Enum):
        return _member(wanted, value)
    if wanted is LockFile:
        return _lock_file(value)
    if not isinstance(value, str) or not value:
        msg = f"expected a name, got {value!r}"
        raise ValueError(msg)
    return value


def _one_type(hint: Any) -> type:  # noqa: ANN401
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    return typing.cast("type", hint)


def _boolean(value: object) -> bool:
    text = str(value).strip().lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    msg = f"expected true or false, got {value!r}"
    raise ValueError(msg)


def _seconds(value: object) -> float:
    try:
        seconds = float(str(value)) if not isinstance(value, bool) else -1.0
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        msg = f"expected a number of seconds above 0, got {value!r}"
        raise ValueError(msg)
    return seconds


def _port(value: object) -> int:
    try:
        port = int(str(value))
    except ValueError:
        port = 0
    if not 0 < port <= _HIGHEST_PORT:
        msg = f"expected a port from 1 to {_HIGHEST_PORT}, got {value!r}"
        raise ValueError(msg)
    return port


def _lock_file(value: object) -> LockFile:
    if not isinstance(value, str | Path) or not str(value):
        msg = f"expected the path of a file, got {value!r}"
        raise ValueError(msg)
    path = Path(value).expanduser()
    try:
        return LockFile(path, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8 text"
        msg = f"cannot read {path}: {why}"
        raise ValueError(msg) from fault


def _member(kind: type[enum.Enum], value: object) -> enum.Enum:
    try:
        return kind(str(getattr(value, "value", value)).strip().lower())
    except ValueError:
        msg = f"expected {one_of(str(member.value) for member in kind)}, got {value!r}"
        raise ValueError(msg) from None
