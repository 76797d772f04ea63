"""What there is at a pack's location before anything is changed. Imports ``oci``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import attrs

from oci_mlflow_core.errors import PackCorruptError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_plugin.adapters.oci.object_storage.beside import SHA256, BesideObject, Note, beside_name, beside_object
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import Bucket
from oci_mlflow_plugin.adapters.oci.object_storage.metadata import PackObject
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import Uploads
from oci_mlflow_plugin.adapters.oci.object_storage.parallel import Stop

#: That are asked about a location at the same time.
_QUESTIONS = 3


@attrs.frozen(kw_only=True)
class Seen:
    """A location as it was at one moment."""

    pack: PackObject | None
    beside: tuple[BesideObject, ...]
    #: By publication; of those that are not published (the pack there is not theirs).
    notes: dict[str, Note]
    #: Ids, the oldest first.
    uploads: tuple[str, ...]

    def claimed_by(self, upload: str) -> list[str]:
        """The publications whose notes say that the upload may be theirs; none for somebody else's."""
        return [publication for publication, note in self.notes.items() if upload not in note.others]

    def of(self, publication: str) -> list[str]:
        """The uploads that can be no other publication's."""
        return [upload for upload in self.uploads if self.claimed_by(upload) == [publication]]

    def unfinished(self, content: str) -> list[tuple[str, str]]:
        """Publication and upload of each that another publisher of the same content may have begun."""
        same = [publication for publication, note in self.notes.items() if note.content == content]
        return [(publication, upload) for publication in same for upload in self.of(publication)]


def look(bucket: Bucket, location: ObjectLocation, *, uploads: bool) -> Seen:
    """Looks at the location; at its uploads only when they are asked for, or a note speaks of one.

    Raises:
        PackStoreError: The bucket is not there.
    """
    stop = Stop(bucket.clock)
    asking = attrs.evolve(bucket, clock=stop)
    with ThreadPoolExecutor(_QUESTIONS) as threads:
        # none of the answers depends on another
        head = threads.submit(pack_object, asking, location)
        listing = threads.submit(_beside, asking, location)
        opened = threads.submit(Uploads(asking, location.path).open) if uploads else None
        try:
            pack, beside = head.result(), listing.result()
            found = opened.result() if opened else None
        except BaseException:
            stop.set()
            raise
    notes = _notes(bucket, beside, pack)
    if found is None:
        found = Uploads(bucket, location.path).open() if notes else ()
    return Seen(pack=pack, beside=beside, notes=notes, uploads=found)


def sha256_of(bucket: Bucket, there: PackObject) -> str | None:
    """The SHA-256 that the pack's publisher said, with it or beside it; None for one of another's.

    Raises:
        PackCorruptError: What the publisher said beside it cannot be read.
    """
    if there.sha256 or there.publication is None:
        return there.sha256
    name = beside_name(there.location.path, there.publication, SHA256)
    text = bucket.get(name)
    if text is None:
        return None
    note = _read(text)
    if note is None:
        raise PackCorruptError(
            str(there.location),
            f"its digest cannot be read: the object {name} beside it is damaged",
            "Publish it again with overwrite: true, or remove the object: the pack is then built and published anew.",
        )
    return note.sha256 or None


def pack_object(bucket: Bucket, location: ObjectLocation) -> PackObject | None:
    """The pack's object, or None."""
    headers = bucket.head(location.path)
    return None if headers is None else PackObject(location=location, headers=headers)


def _beside(bucket: Bucket, location: ObjectLocation) -> tuple[BesideObject, ...]:
    listed = bucket.objects(f"{location.path}.")
    found = (beside_object(location.path, each.name, each.etag) for each in listed)
    return tuple(each for each in found if each is not None)


def _notes(bucket: Bucket, beside: tuple[BesideObject, ...], pack: PackObject | None) -> dict[str, Note]:
    notes: dict[str, Note] = {}
    for each in beside:
        if each.kind == SHA256 and (pack is None or each.publication != pack.publication):
            note = _note(bucket, each.name)
            if note is not None:
                notes[each.publication] = note
    return notes


def _note(bucket: Bucket, name: str) -> Note | None:
    text = bucket.get(name)
    return None if text is None else _read(text)


def _read(text: bytes) -> Note | None:
    return Note.from_text(text.decode("utf-8", "replace"))
