"""What lies beside a pack: objects that are called as the pack, with the publication and an ending behind.

``<pack>.<publication>.lock`` is the lock. ``<pack>.<publication>.sha256`` is a line as ``sha256sum`` writes and checks
it, below comments that say which upload it belongs to: what a killed publisher was doing is read from there.
"""

from __future__ import annotations

import re

import attrs

from oci_mlflow_core.errors import PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation

LOCK, SHA256 = "lock", "sha256"
_BESIDE = re.compile(r"(?P<pack>.+)\.(?P<publication>[0-9a-f]{16})\.(?P<kind>lock|sha256)", re.DOTALL)
_LOCKS = ".locks"


@attrs.frozen
class BesideObject:
    """An object beside a pack, as it was seen."""

    name: str
    publication: str
    kind: str
    etag: str


def beside_name(pack: str, publication: str, kind: str) -> str:
    """The name of an object beside the pack."""
    return f"{pack}.{publication}.{kind}"


def beside_object(pack: str, name: str, etag: str) -> BesideObject | None:
    """What the name says; None where it does not lie beside that pack."""
    match = _BESIDE.fullmatch(name)
    if match is None or match["pack"] != pack:
        return None
    return BesideObject(name, match["publication"], match["kind"], etag)


def pack_name(location: ObjectLocation) -> str:
    """The name of the pack's object.

    Raises:
        PackStoreError: The location cannot be that of a pack.
    """
    if not location.path:
        raise PackStoreError(str(location), "this is a bucket, not a pack", "Add the path of the pack.")
    match = _BESIDE.fullmatch(location.path)
    if match is not None:
        raise PackStoreError(
            str(location),
            f"a name that ends in '.{match['publication']}.{match['kind']}' belongs to an object beside a pack",
            f"Did you mean '{match['pack'].rpartition('/')[2]}'?",
        )
    return location.path


def kept_lock_name(destination: ObjectLocation, request_digest: str) -> str:
    """The name of the object that keeps the lock of a request."""
    return destination.child(_LOCKS, f"{request_digest}.json").path


@attrs.frozen(kw_only=True)
class Note:
    """What a publisher writes down before it begins: the ``.sha256`` object."""

    #: Of the pack; empty while it is still being made.
    sha256: str
    #: Equal where the parts of an upload and the metadata of its object would be.
    content: str
    #: Ids of uploads of the same object that were there before, and are somebody else's.
    others: tuple[str, ...]

    def to_text(self, name: str) -> str:
        """Lines that ``sha256sum --check`` understands."""
        line = f"{self.sha256}  {name}\n" if self.sha256 else ""
        return f"# content {self.content}\n# others {' '.join(self.others)}\n{line}"

    @classmethod
    def from_text(cls, text: str) -> Note | None:
        """Reads it; None where it is none."""
        pattern = r"# content (?P<content>\w+)\n# others (?P<others>.*)\n(?:(?P<sha256>[0-9a-f]{64})  .*\n?)?"
        match = re.fullmatch(pattern, text)
        if match is None:
            return None
        return cls(sha256=match["sha256"] or "", content=match["content"], others=tuple(match["others"].split()))
