"""Packs: a relocatable environment in one file, where it lies and what its manifest says."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.model.environment import Lock

_URI = re.compile(r"oci://(?P<bucket>[^@/\s]+)(?:@(?P<namespace>[^/@\s]+))?(?:/(?P<path>.*))?")
#: What OCI forbids in the name of a pack (and ADS refuses).
FORBIDDEN_IN_PACK_NAMES = frozenset("@#$%^&*/")


@attrs.frozen
class ObjectLocation:
    """An ``oci://bucket@namespace/path`` URI, or a prefix of one; the namespace may be left to the tenancy's own."""

    bucket: str
    namespace: str | None
    #: Without leading or trailing slash; empty for the bucket itself.
    path: str

    @classmethod
    def parse(cls, uri: str) -> ObjectLocation:
        """Reads the URI.

        Raises:
            ValueError: It is not of that form, or its path tries to leave the bucket.
        """
        match = _URI.fullmatch(uri.strip())
        if match is None:
            msg = f"expected oci://<bucket>@<namespace>/<path>, got '{uri}'"
            raise ValueError(msg)
        path = (match["path"] or "").strip("/")
        if any(part in {"", ".", ".."} for part in path.split("/")) and path:
            msg = f"the path of '{uri}' has an empty, '.' or '..' part"
            raise ValueError(msg)
        return cls(match["bucket"], match["namespace"], path)

    def child(self, *parts: str) -> ObjectLocation:
        """The location below this one."""
        return attrs.evolve(self, path="/".join(part for part in (self.path, *parts) if part))

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def __str__(self) -> str:
        at = f"@{self.namespace}" if self.namespace else ""
        return f"oci://{self.bucket}{at}/{self.path}"


def pack_slug(name: str, version: str) -> str:
    """The slug as OCI's notebooks and ADS write it: ``<name>_v<version>``, lower case, dots as underscores."""
    return f"{name}_v{version}".replace(" ", "").replace(".", "_").lower()


@attrs.frozen(kw_only=True)
class PackManifest:
    """What a pack says of itself; kept in its object's ``opc-meta-manifest``, not in the pack.

    The first group of keys is ADS's, which the environment explorer of OCI notebooks reads; `lock_digest` and what
    follows are this project's.
    """

    name: str
    version: str
    slug: str
    #: Full version of the pack's Python.
    python: str
    #: ``CPU`` or ``GPU``.
    arch_type: str = "CPU"
    description: str = ""
    pack_path: str = ""
    created_by: str = "oci-mlflow-plugin"
    #: Packages that whoever published it wanted to be seen, as ADS writes them; seldom all.
    libraries: tuple[str, ...] = ()
    #: Identity of the pack's content; None for a pack that another tool published.
    lock_digest: str | None = None
    builder: str | None = None
    platform: str | None = None
    glibc: str | None = None

    def to_json(self) -> str:
        """One line of ASCII, fit for an HTTP header."""
        plain = {key: value for key, value in attrs.asdict(self).items() if value not in (None, ())}
        return json.dumps({**plain, "type": "published", "manifest_version": "1.0"}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> PackManifest:
        """Reads a manifest of this project or of ADS; unknown keys are passed over.

        Raises:
            ValueError: It is not JSON, or lacks the pack's slug or Python version.
        """
        plain = json.loads(text)
        if not isinstance(plain, dict) or not plain.get("slug") or not plain.get("python"):
            msg = "a pack's manifest needs at least 'slug' and 'python'"
            raise ValueError(msg)
        known: dict[str, Any] = {
            field.name: plain[field.name] for field in attrs.fields(cls) if plain.get(field.name) is not None
        }
        libraries = known.pop("libraries", ())
        known = {key: str(value) for key, value in known.items()}
        if isinstance(libraries, list):
            known["libraries"] = tuple(map(str, libraries))
        return cls(**{"name": known["slug"], "version": "1", **known})


@attrs.frozen(kw_only=True)
class BuiltPrefix:
    """An environment laid out in a folder, ready to be packed."""

    path: Path
    lock: Lock


@attrs.frozen
class Packed:
    """What a pack turned out to be when its last byte was written."""

    #: Of the whole pack, 64 lower-case hexadecimal digits.
    sha256: str
    #: Bytes.
    size: int


@attrs.frozen(kw_only=True)
class PackFile:
    """A pack in a file on this machine."""

    path: Path
    #: Of the whole file, 64 lower-case hexadecimal digits.
    sha256: str
    #: Bytes.
    size: int
    manifest: PackManifest
    lock: Lock | None = None


@attrs.frozen(kw_only=True)
class CachedPack:
    """A pack in the cache of this machine."""

    lock_digest: str
    #: Of the pack when it was cached.
    sha256: str
    #: Bytes.
    size: int
    #: As it was first made; another publication of the same environment may have another name.
    manifest: PackManifest
    #: The file itself, for people; what is in use is asked of `PackCache.find`.
    path: Path
    #: How many packages its lock has, conda's and pip's.
    packages: int
    #: UTC.
    last_used: datetime
    #: Whether a command reads it at this moment, so that it is not pruned.
    in_use: bool = False


@attrs.frozen(kw_only=True)
class StoredPack:
    """A pack in a store."""

    location: ObjectLocation
    manifest: PackManifest
    #: Bytes.
    size: int
    #: None for a pack that another tool published without it.
    sha256: str | None = None
