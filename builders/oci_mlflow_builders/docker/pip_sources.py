"""Where pip in the container gets packages: what was said to pip and uv on this machine, in pip's own words.

The lock was made with uv, which is told of indexes by its own variables as well as by pip's settings.
"""

from __future__ import annotations

import netrc
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import attrs

from oci_mlflow_builders.docker.files_at_hand import local_folder
from oci_mlflow_builders.uv.pip_configuration import read_pip_configuration
from oci_mlflow_builders.uv.sources import Sources, sources_of
from oci_mlflow_core.model.environment import EnvironmentRequest

_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
#: uv lets an index have a name before its URL.
_NAMED = re.compile(r"^[A-Za-z0-9_.-]+=(?=[A-Za-z][A-Za-z0-9+.-]*:)")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_LOOPBACK = re.compile(r"localhost|127(\.\d+){3}|\[?::1\]?")


@attrs.frozen(kw_only=True)
class PipSources:
    """Package sources for pip; the URLs may hold credentials, and are for the inside of a container only."""

    index: str = attrs.field(default="", repr=False)
    extra_indexes: tuple[str, ...] = attrs.field(default=(), repr=False)
    links: tuple[str, ...] = attrs.field(default=(), repr=False)
    trusted_hosts: tuple[str, ...] = ()
    no_index: bool = False
    #: By name as pip and git read them; the same in lower case is meant.
    proxies: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    #: A file of certificates that servers are checked with.
    certificates: Path | None = None
    #: Lines of a netrc file for the hosts of the URLs.
    logins: tuple[str, ...] = attrs.field(default=(), repr=False)
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)

    @property
    def urls(self) -> tuple[str, ...]:
        """All places that are asked over a network."""
        every = (self.index, *self.extra_indexes, *self.links)
        return tuple(url for url in every if url and local_folder(url) is None)

    @property
    def local_indexes(self) -> tuple[Path, ...]:
        """Indexes that are folders of this machine."""
        folders = (local_folder(url) for url in (self.index, *self.extra_indexes) if url)
        return tuple(folder for folder in folders if folder is not None)

    @property
    def local_links(self) -> tuple[Path, ...]:
        """Folders of files on this machine."""
        return tuple(folder for folder in map(local_folder, self.links) if folder is not None)

    @property
    def on_loopback(self) -> tuple[str, ...]:
        """Hosts among the URLs and proxies that mean this machine."""
        proxies = [url if "://" in url else f"http://{url}" for name, url in self.proxies.items() if name != "NO_PROXY"]
        hosts = (urlsplit(url).hostname or "" for url in (*self.urls, *proxies))
        return tuple(dict.fromkeys(host for host in hosts if _LOOPBACK.fullmatch(host)))

    def lines(self, *, offline: bool) -> Iterator[str]:
        """Options for a requirements file; none but the files at hand are taken where it is `offline`."""
        if offline or (self.no_index and not self.index):
            yield "--no-index"
        else:
            remote = [url for url in (self.index, *self.extra_indexes) if url in self.urls]
            yield from (f"--index-url {url}" for url in remote if url == self.index)
            yield from (f"--extra-index-url {url}" for url in remote if url != self.index)
        if not offline:
            yield from (f"--find-links {link}" for link in self.links if link in self.urls)
            yield from (f"--trusted-host {host}" for host in self.trusted_hosts)


def pip_sources(request: EnvironmentRequest, environ: Mapping[str, str]) -> PipSources:
    """What the request, pip's configuration and the variables of uv and pip say, in that order.

    Raises:
        UnsetVariableError: An option of the request needs a variable that is not set.
    """
    known = sources_of(request, None, environ)
    options, settings = request.pip_options, read_pip_configuration(environ)
    given = {**environ, **known.environment}

    def expanded(url: str) -> str:
        return _VARIABLE.sub(lambda match: environ.get(match[1], ""), url)

    extra = (*options.extra_index_urls, *_words(given, "UV_INDEX", "UV_EXTRA_INDEX_URL"))
    links = (*options.find_links, *(given.get("UV_FIND_LINKS", "").split(",")))
    found = PipSources(
        index=expanded(options.index_url or _first(given, "UV_DEFAULT_INDEX", "UV_INDEX_URL")),
        extra_indexes=tuple(map(expanded, extra)),
        links=tuple(expanded(link.strip()) for link in links if link.strip()),
        trusted_hosts=(*options.trusted_hosts, *settings.trusted_hosts),
        no_index=options.no_index or "--no-index" in known.flags,
        proxies={name: value for name in _PROXIES if (value := given.get(name) or given.get(name.lower(), ""))},
        certificates=_certificates(given, settings.cert),
    )
    return _with_logins(found, known, environ)


def _first(environ: Mapping[str, str], *names: str) -> str:
    value = next((environ[name] for name in names if environ.get(name)), "")
    return _NAMED.sub("", value.strip())


def _words(environ: Mapping[str, str], *names: str) -> Iterator[str]:
    for name in names:
        yield from (_NAMED.sub("", word) for word in environ.get(name, "").split())


def _certificates(environ: Mapping[str, str], configured: str) -> Path | None:
    named = [environ.get(name, "") for name in _CERTIFICATES]
    files = (Path(name).expanduser() for name in (named[0], configured, *named[1:]) if name)
    return next((file for file in files if file.is_file()), None)


def _with_logins(found: PipSources, known: Sources, environ: Mapping[str, str]) -> PipSources:
    """With what the netrc file of this user says about the hosts, and all that no output may show."""
    hosts = {urlsplit(url).hostname or "" for url in found.urls}
    logins = dict(_logins(hosts, environ))
    lines = tuple(f"machine {host} login {user} password {password}" for host, (user, password) in logins.items())
    written = {urlsplit(url).password or "" for url in found.urls}
    secrets = {*known.secrets, *written, *(password for _, password in logins.values())}
    return attrs.evolve(found, logins=lines, secrets=tuple(sorted(secrets - {""})))


def _logins(hosts: set[str], environ: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    home = Path(environ.get("HOME") or Path.home())
    try:
        known = netrc.netrc(environ.get("NETRC") or home / ".netrc")
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        return
    for host in sorted(hosts):
        entry = known.authenticators(host)
        if entry is not None and entry[2]:
            yield host, (entry[0] or "", entry[2])
