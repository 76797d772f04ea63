"""The option lines of a requirements file."""

from __future__ import annotations

import shlex
from typing import Any

import attrs

from oci_mlflow_core.errors import nearest
from oci_mlflow_core.model.environment import PipOptions
from oci_mlflow_core.planning.environment.place import EnvironmentFileError, PlacedText

_SHORT = {"-r": "--requirement", "-c": "--constraint", "-e": "--editable", "-i": "--index-url", "-f": "--find-links"}
_FIELD_OF_FLAG = {"--no-index": "no_index", "--pre": "pre"}
_FIELD_OF_LIST = {
    "--extra-index-url": "extra_index_urls",
    "--find-links": "find_links",
    "--trusted-host": "trusted_hosts",
}
#: Options that change how pip works and not what ends up in the environment, and whether a value follows.
_OF_NO_USE = {
    "--prefer-binary": False,
    "--require-hashes": False,
    "--no-binary": True,
    "--only-binary": True,
    "--use-feature": True,
}
_VALUED = frozenset({*_SHORT.values(), *_FIELD_OF_LIST})
_KNOWN = frozenset({*_FIELD_OF_FLAG, *_OF_NO_USE, *_VALUED})


@attrs.frozen
class OptionFound:
    """One option of a line, by its long name; the value is empty for a flag."""

    name: str
    value: str

    @property
    def is_of_no_use(self) -> bool:
        """Whether it says nothing about the environment itself."""
        return self.name in _OF_NO_USE


def parse_options(line: PlacedText) -> tuple[OptionFound, ...]:
    """The options of a line that begins with a dash.

    Raises:
        EnvironmentFileError: An option is unknown or lacks its value.
    """
    try:
        words = shlex.split(line.text)
    except ValueError:
        raise EnvironmentFileError(line.place, "a quotation mark is not closed") from None
    found = []
    while words:
        option, words = _take(words, line)
        found.append(option)
    return tuple(found)


def _take(words: list[str], line: PlacedText) -> tuple[OptionFound, list[str]]:
    name, glued, rest = _split(words[0]), "", words[1:]
    name, _, glued = name.partition("=")
    if name not in _KNOWN:
        near = nearest(name, _KNOWN)
        hint = f"Did you mean '{near}'?" if near else ""
        raise EnvironmentFileError(line.place, f"pip has no option '{name}' for requirements files", hint)
    if name in _FIELD_OF_FLAG or _OF_NO_USE.get(name) is False:
        return OptionFound(name, ""), rest
    if not glued and not rest:
        raise EnvironmentFileError(line.place, f"the option '{name}' lacks its value")
    return (OptionFound(name, glued), rest) if glued else (OptionFound(name, rest[0]), rest[1:])


def _split(word: str) -> str:
    """``-r file`` in one word becomes ``--requirement=file``."""
    if word.startswith("--"):
        return word
    name = _SHORT.get(word[:2], word)
    return f"{name}={word[2:].removeprefix('=')}" if word[2:] and name != word else name


def with_option(options: PipOptions, found: OptionFound) -> PipOptions:
    """`options` with an index, folder or flag more; the last index URL wins, as with pip."""
    if found.name in _FIELD_OF_LIST:
        field = _FIELD_OF_LIST[found.name]
        change: dict[str, Any] = {field: _added(getattr(options, field), found.value)}
        return attrs.evolve(options, **change)
    if found.name == "--index-url":
        return attrs.evolve(options, index_url=found.value)
    flag: dict[str, Any] = {_FIELD_OF_FLAG[found.name]: True}
    return attrs.evolve(options, **flag)


def merged_options(first: PipOptions, second: PipOptions) -> PipOptions:
    """Both together; where both name an index, the first one's stays and the other becomes an extra one."""
    extra = _united(first.extra_index_urls, second.extra_index_urls)
    if first.index_url and second.index_url and first.index_url != second.index_url:
        extra = _added(extra, second.index_url)
    return PipOptions(
        index_url=first.index_url or second.index_url,
        extra_index_urls=extra,
        find_links=_united(first.find_links, second.find_links),
        trusted_hosts=_united(first.trusted_hosts, second.trusted_hosts),
        no_index=first.no_index or second.no_index,
        pre=first.pre or second.pre,
    )


def _added(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return values if value in values else (*values, value)


def _united(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
