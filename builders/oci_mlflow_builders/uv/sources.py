"""Where uv is to look for packages: the model's options, the user's pip configuration, the model's own wheels."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import attrs

from oci_mlflow_builders.uv.pip_configuration import PipConfiguration, read_pip_configuration
from oci_mlflow_core.model.environment import EnvironmentRequest, PipOptions

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z0-9_]+)\}")
#: The variables by which somebody tells uv itself about indexes; where one is set, pip's settings are not added.
_UV_INDEX_VARIABLES = ("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_FIND_LINKS")
_UV_EXTRA_VARIABLES = ("UV_EXTRA_INDEX_URL", "UV_INDEX")
#: pip, with which the model was made, takes the best version of all indexes; uv by itself that of the first index.
BEST_OF_ALL = ("--index-strategy", "unsafe-best-match")


class UnsetVariableError(Exception):
    """An index URL names an environment variable that is not set."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the index options of the model name ${{{name}}}, which is not set in the environment")


@attrs.frozen(kw_only=True)
class Sources:
    """Package sources in the forms in which uv takes them."""

    #: Lines for a requirements file; ``${NAME}`` stands in them as it is, uv expands it.
    lines: tuple[str, ...]
    flags: tuple[str, ...]
    #: Variables for the process; credentials travel here, where other users do not see them.
    environment: Mapping[str, str] = attrs.field(repr=False)
    secrets: tuple[str, ...] = attrs.field(repr=False)
    #: Local folders that were named and are not there.
    missing: tuple[str, ...] = ()


def sources_of(request: EnvironmentRequest, wheels: Path | None, environment: Mapping[str, str]) -> Sources:
    """Everything that is known about where the request's packages come from.

    Args:
        request: Its options are taken first; pip's configuration adds what they leave open.
        wheels: Folder of the model's own wheels, or None.
        environment: Of the caller.

    Raises:
        UnsetVariableError: An option needs a variable that is not set.
    """
    options = request.pip_options
    named = set(_variables(options))
    for name in sorted(named - environment.keys()):
        raise UnsetVariableError(name)
    pip = PipConfiguration()
    if not any(environment.get(name) for name in _UV_INDEX_VARIABLES):
        pip = read_pip_configuration(environment)
    passed = _environment(pip, options, environment)
    links = [*([wheels.as_uri()] if wheels else []), *options.find_links]
    return Sources(
        lines=tuple(_lines(options, [link for link in links if not _is_missing(link)])),
        flags=tuple(_flags(options, pip, environment)),
        environment=passed,
        secrets=tuple(
            {environment[name] for name in named} | set(_passwords([*passed.values(), *environment.values()]))
        ),
        missing=tuple(link for link in (*options.find_links, *pip.find_links) if _is_missing(link)),
    )


def _lines(options: PipOptions, links: Iterable[str]) -> Iterator[str]:
    if options.no_index:
        yield "--no-index"
    if options.index_url:
        yield f"--index-url {options.index_url}"
    for url in options.extra_index_urls:
        yield f"--extra-index-url {url}"
    for link in links:
        yield f"--find-links {link if '://' in link else Path(link).as_uri()}"


def _flags(options: PipOptions, pip: PipConfiguration, environment: Mapping[str, str]) -> Iterator[str]:
    several = options.extra_index_urls or pip.extra_index_urls or any(map(environment.get, _UV_EXTRA_VARIABLES))
    if several and not environment.get("UV_INDEX_STRATEGY"):
        yield from BEST_OF_ALL
    if options.pre:
        yield from ("--prerelease", "allow")
    if pip.no_index and not options.index_url:
        yield "--no-index"
    for host in (*options.trusted_hosts, *pip.trusted_hosts):
        yield from ("--allow-insecure-host", host)


def _environment(pip: PipConfiguration, options: PipOptions, environment: Mapping[str, str]) -> dict[str, str]:
    links = [link for link in pip.find_links if not _is_missing(link)]
    indexes = [url for url in pip.extra_index_urls if not _is_missing(url)]
    wanted = {
        "UV_INDEX_URL": "" if options.index_url or _is_missing(pip.index_url) else pip.index_url,
        "UV_EXTRA_INDEX_URL": " ".join(indexes),
        "UV_FIND_LINKS": ",".join(links),
        "SSL_CERT_FILE": pip.cert if pip.cert and not _is_missing(pip.cert) else "",
        "HTTPS_PROXY": pip.proxy,
        "HTTP_PROXY": pip.proxy,
    }
    given = {name.upper() for name, value in environment.items() if value}
    return {name: value for name, value in wanted.items() if value and name not in given}


def _variables(options: PipOptions) -> Iterator[str]:
    for url in (options.index_url or "", *options.extra_index_urls, *options.find_links):
        yield from (match["name"] for match in _VARIABLE.finditer(url))


def _passwords(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        for word in value.split():
            if "://" in word and "@" in word:
                try:
                    parts = urlsplit(word)
                except ValueError:
                    continue
                yield from (unquote(part) for part in (parts.password, parts.password and parts.username) if part)


def _is_missing(place: str) -> bool:
    """Whether it is a folder of this machine that does not exist."""
    if _VARIABLE.search(place) or not place:
        return False
    if place.startswith("file:"):
        place = unquote(urlsplit(place).path)
    # Path.exists raises where a folder may not be entered.
    return "://" not in place and not os.path.exists(os.path.expanduser(place))  # noqa: PTH110, PTH111
