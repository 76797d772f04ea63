"""What conda was told about channels, in its configuration files and variables.

Source: conda documentation, "Using the .condarc conda configuration file" (search path, precedence: later files over
earlier ones, lists and maps added up, variables over all files) and "Settings"; ``mirrored_channels`` is mamba's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_builders.locking.expansion import expanded
from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.spec.document import parse_document

#: What ``defaults`` means where nobody says otherwise.
DEFAULT_CHANNELS = ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
_SYSTEM = ("/etc/conda", "/var/lib/conda")
_YAML = (".yml", ".yaml")
_NAMES = frozenset({"condarc", ".condarc"})
#: Settings by variable; conda knows all settings so, these are the ones that are read here.
_TEXTS = ("channel_alias", "ssl_verify", "channel_priority")


class CondarcError(Exception):
    """A configuration file of conda cannot be read."""


@attrs.frozen(kw_only=True)
class CondaSettings:
    """The settings of conda that say where packages come from; an empty one was not set."""

    #: Where channels are looked for that are asked for by none.
    channels: tuple[str, ...] = ()
    channel_alias: str = ""
    default_channels: tuple[str, ...] = ()
    #: First part of a channel's name -> URL that the whole name is below.
    custom_channels: Mapping[str, str] = attrs.field(factory=dict)
    #: Name -> channels that it stands for.
    custom_multichannels: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    #: Name -> URLs that have what the channel has; the first one is taken.
    mirrored_channels: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    #: Where it is not empty, only these channels may be used.
    allowlist_channels: tuple[str, ...] = ()
    denylist_channels: tuple[str, ...] = ()
    #: Scheme or scheme and host -> URL of a proxy.
    proxy_servers: Mapping[str, str] = attrs.field(factory=dict)
    #: ``true``, ``false``, ``truststore`` or a file of certificates.
    ssl_verify: str = ""
    #: ``strict``, ``flexible`` or ``disabled``.
    channel_priority: str = ""


def read_conda_settings(environ: Mapping[str, str]) -> CondaSettings:
    """The settings that hold for this user.

    Raises:
        CondarcError: A file is not what conda would take.
    """
    merged: dict[str, Any] = {}
    for file in _files(environ):
        for key, value in _read(file, environ).items():
            merged[key] = _over(value, merged.get(key))
    merged.update({key: environ[name] for key in _TEXTS if environ.get(name := f"CONDA_{key.upper()}", "").strip()})
    if named := environ.get("CONDA_CHANNELS", "").strip():
        merged["channels"] = [channel.strip() for channel in named.split(",")]
    return _settings(merged)


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    home = Path(environ.get("HOME") or Path.home())
    root = environ.get("CONDA_ROOT") or environ.get("MAMBA_ROOT_PREFIX", "")
    configured = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "conda"
    for folder in (*map(Path, _SYSTEM), *([Path(root)] if root else []), configured, home / ".conda"):
        yield from _in_folder(folder)
    yield home / ".condarc"
    if prefix := environ.get("CONDA_PREFIX", ""):
        yield from _in_folder(Path(prefix))
    if named := environ.get("CONDARC", ""):
        yield Path(named).expanduser()


def _in_folder(folder: Path) -> Iterator[Path]:
    yield folder / ".condarc"
    yield folder / "condarc"
    try:
        more = sorted((folder / "condarc.d").iterdir())
    except OSError:
        return
    yield from (file for file in more if file.suffix in _YAML or file.name in _NAMES)


def _read(file: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        return {}
    except UnicodeDecodeError as fault:
        raise CondarcError(f"{file}: it is not UTF-8 text") from fault
    if not text.strip():
        return {}
    try:
        plain = parse_document(text, str(file)).value
    except SpecError as fault:
        first = fault.violations[0]
        raise CondarcError(f"{file}:{first.line or 1}: {first.message}") from None
    if plain is None:
        return {}
    if not isinstance(plain, dict):
        raise CondarcError(f"{file}: expected settings, as 'channel_alias: https://…'")
    return {key: _expanded(value, environ) for key, value in plain.items()}


def _expanded(value: Any, environ: Mapping[str, str]) -> Any:  # noqa: ANN401 - it is YAML
    if isinstance(value, str):
        return expanded(value, environ)
    if isinstance(value, list):
        return [_expanded(each, environ) for each in value]
    if isinstance(value, dict):
        return {key: _expanded(each, environ) for key, each in value.items()}
    return value


def _over(later: Any, earlier: Any) -> Any:  # noqa: ANN401 - it is YAML
    """What holds where two files say something: lists and maps are added up, the later file first."""
    if isinstance(later, list) and isinstance(earlier, list):
        return list(dict.fromkeys([*map(str, later), *map(str, earlier)]))
    if isinstance(later, dict) and isinstance(earlier, dict):
        return {**earlier, **later}
    return later


def _settings(merged: Mapping[str, Any]) -> CondaSettings:
    allowed = merged.get("allowlist_channels", merged.get("whitelist_channels"))
    return CondaSettings(
        channels=_several(merged.get("channels")),
        channel_alias=_text(merged.get("channel_alias")),
        default_channels=_several(merged.get("default_channels")),
        custom_channels={name: _text(url) for name, url in _mapping(merged.get("custom_channels")).items()},
        custom_multichannels=_lists(merged.get("custom_multichannels")),
        mirrored_channels=_lists(merged.get("mirrored_channels")),
        allowlist_channels=_several(allowed),
        denylist_channels=_several(merged.get("denylist_channels")),
        proxy_servers={scheme: _text(url) for scheme, url in _mapping(merged.get("proxy_servers")).items()},
        ssl_verify=_text(merged.get("ssl_verify")),
        channel_priority=_text(merged.get("channel_priority")).lower(),
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()


def _several(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [] if value is None else str(value).split(",")
    return tuple(_text(each) for each in listed if _text(each))


def _mapping(value: object) -> dict[str, object]:
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else {}


def _lists(value: object) -> dict[str, tuple[str, ...]]:
    return {name: _several(each) for name, each in _mapping(value).items()}
