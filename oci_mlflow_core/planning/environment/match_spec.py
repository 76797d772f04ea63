"""Conda's match specs, as far as an environment file holds them."""

from __future__ import annotations

import re

import attrs
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from oci_mlflow_core.model.environment import Platform

_BRACKETS = re.compile(r"\[(?P<inside>[^\]]*)\]\s*$")
_BRACKET_ENTRY = re.compile(r"""\s*(\w+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^,'"]*))\s*(?:,|$)""")
_NAME = re.compile(r"^(?P<name>[A-Za-z0-9_][A-Za-z0-9_.\-]*)\s*(?P<rest>.*)$")
_WITH_BUILD = re.compile(r"^(={0,2}[^=<>!~,|\s]+)=([^=<>!~,|\s]+)$")
_CLAUSE = re.compile(r"^(?P<operator>===|==|=|>=|<=|~=|!=|>|<|)(?P<version>\d+(?:[.\-_+]?\w+)*?)(?P<star>\.?\*)?$")

_PLATFORMS = frozenset(str(platform) for platform in Platform)


@attrs.frozen(kw_only=True)
class MatchSpec:
    """``channel::name version build``; what is not said is empty.

    Source: conda documentation, "Package match specifications".
    """

    text: str
    name: str
    version: str = ""
    build: str = ""
    channel: str = ""

    @classmethod
    def parse(cls, text: str) -> MatchSpec:
        """Reads every form that an environment file may hold.

        Raises:
            ValueError: It is none of them.
        """
        before, said = _split_brackets(text.partition("#")[0].strip())
        channel, _, package = before.rpartition("::")
        match = _NAME.match(package.strip())
        if match is None:
            msg = "there is no package name in it"
            raise ValueError(msg)
        version, build = _split_build(match["rest"])
        return cls(
            text=" ".join(text.partition("#")[0].split()),
            name=match["name"].lower(),
            version=said.get("version", version),
            build=said.get("build", build),
            channel=said.get("channel", channel),
        )

    @property
    def channel_name(self) -> str:
        """The channel without the platform that may stand behind it; empty where none is said."""
        before, _, last = self.channel.rpartition("/")
        return before if last == "noarch" or last in _PLATFORMS else self.channel


def _split_brackets(text: str) -> tuple[str, dict[str, str]]:
    match = _BRACKETS.search(text)
    if match is None:
        return text, {}
    entries = _BRACKET_ENTRY.findall(match["inside"])
    return text[: match.start()].strip(), {key: single or double or bare for key, single, double, bare in entries}


def _split_build(rest: str) -> tuple[str, str]:
    tight = re.sub(r"\s*([,|])\s*", r"\1", rest.strip())
    tight = re.sub(r"([=<>!~])\s+", r"\1", tight)
    version, _, build = tight.partition(" ")
    with_build = _WITH_BUILD.match(version)
    if with_build and not build:
        version, build = with_build[1], with_build[2]
    return version, build.strip()


def specifier_alternatives(version: str) -> tuple[SpecifierSet, ...]:
    """A conda version as PEP 440 specifier sets, one for each alternative of ``|``.

    A version of two numbers means the whole minor series, with one equals sign or two: nobody publishes a
    Python called 3.11, and who writes ``python==3.11`` means 3.11.

    Raises:
        ValueError: The version is not one that conda knows, or has no equal in PEP 440.
    """
    return tuple(_specifiers(alternative) for alternative in version.split("|"))


def _specifiers(version: str) -> SpecifierSet:
    clauses = [_clause(clause) for clause in version.split(",") if clause.strip() not in {"", "*", "=*", "==*"}]
    try:
        return SpecifierSet(",".join(clauses))
    except InvalidSpecifier as fault:
        msg = f"'{version}' is not a version"
        raise ValueError(msg) from fault


def _clause(clause: str) -> str:
    match = _CLAUSE.match(clause.strip())
    if match is None:
        msg = f"'{clause}' is not a version"
        raise ValueError(msg)
    operator, version, star = match["operator"], match["version"], match["star"]
    if operator in {"", "=", "==", "==="}:
        is_series = star or version.count(".") < 2  # noqa: PLR2004 (major.minor.patch has two dots)
        return f"=={version}.*" if is_series else f"=={version}"
    return f"!={version}.*" if operator == "!=" and star else f"{operator}{version}"
