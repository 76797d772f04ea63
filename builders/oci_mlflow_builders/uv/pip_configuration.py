"""What pip was told about package indexes, which uv does not read by itself.

Source: pip documentation, "Configuration": files from the whole machine over the user's to the virtual environment's,
then ``PIP_CONFIG_FILE``, then the variables ``PIP_…``; in a file ``[install]`` over ``[global]``.
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

_TRUE = frozenset({"1", "on", "true", "yes"})
_SECTIONS = ("global", "install")


@attrs.frozen(kw_only=True)
class PipConfiguration:
    """The settings of pip that say where packages come from."""

    index_url: str = ""
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    no_index: bool = False
    #: A file of certificates.
    cert: str = ""
    proxy: str = ""


def read_pip_configuration(environment: Mapping[str, str]) -> PipConfiguration:
    """The settings that hold for this user, from files and from the environment."""
    settings: dict[str, str] = {}
    for file in _files(environment):
        settings.update(_read(file))
    for name, value in environment.items():
        if name.startswith("PIP_") and value.strip():
            settings[name.removeprefix("PIP_").lower().replace("_", "-")] = value
    return PipConfiguration(
        index_url=settings.get("index-url", "").strip(),
        extra_index_urls=tuple(settings.get("extra-index-url", "").split()),
        find_links=tuple(settings.get("find-links", "").split()),
        trusted_hosts=tuple(settings.get("trusted-host", "").split()),
        no_index=settings.get("no-index", "").strip().lower() in _TRUE,
        cert=settings.get("cert", "").strip(),
        proxy=settings.get("proxy", "").strip(),
    )


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    chosen = environment.get("PIP_CONFIG_FILE", "")
    if chosen == os.devnull:
        return
    for folder in (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep):
        yield Path(folder, "pip", "pip.conf")
    yield Path("/etc/pip.conf")
    home = Path(environment.get("HOME") or Path.home())
    yield home / ".pip" / "pip.conf"
    yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    yield Path(sys.prefix) / "pip.conf"
    if chosen:
        yield Path(chosen)


def _read(file: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return {}
    settings: dict[str, str] = {}
    for section in _SECTIONS:
        if parser.has_section(section):
            settings.update({name.replace("_", "-"): value for name, value in parser.items(section)})
    return settings
