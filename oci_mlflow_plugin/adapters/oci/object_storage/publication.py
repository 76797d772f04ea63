"""One attempt to publish a pack, which is there whole or not at all. Imports ``oci``.

What happens in which order, so that whoever is killed when leaves no half of a pack:

1. The location is looked at: the pack's etag, what lies beside it, the uploads that are open.
2. Lock and note are written beside it, under the name of this publication that nobody else uses.
3. The bytes go up: in one call, or as a multipart upload that nobody sees.
4. The call that makes the object has the condition that nothing, or the same etag, is still there. It is the one step
   by which the pack is published; the object's metadata name the publication, and so the lock that belongs to it.
5. What was seen beside it in step 1 is removed, if it was not written again since; uploads that those notes claim are
   aborted. Whoever is still at work on one of them cannot finish: the condition of step 4 has failed for it.

A publisher that is killed before step 4 leaves its note. The next one of the same bytes reads from it which upload is
unfinished, and goes on with that if its parts are the same; the next one of other bytes removes both in step 5. Two
live publishers of the same bytes may come to share one upload: its commit or its abort, whichever is first, decides for
both.
"""

from __future__ import annotations

import secrets
from collections import deque
from contextlib import AbstractContextManager
from functools import partial

import attrs

from oci_mlflow_core.model.pack import StoredPack
from oci_mlflow_plugin.adapters.oci.object_storage.beside import LOCK, SHA256, Note, beside_name
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import Bucket
from oci_mlflow_plugin.adapters.oci.object_storage.looking import Seen, look, pack_object
from oci_mlflow_plugin.adapters.oci.object_storage.metadata import object_metadata
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import ListedPart, OvertakenError, Sending
from oci_mlflow_plugin.adapters.oci.object_storage.pack_to_publish import Publishing, stored_by
from oci_mlflow_plugin.adapters.oci.object_storage.parallel import Stop, in_parallel
from oci_mlflow_plugin.adapters.oci.object_storage.parts import Part
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep
from oci_mlflow_plugin.adapters.oci.session.errors import PreconditionError


@attrs.define(kw_only=True)
class Publication:
    """One attempt."""

    publishing: Publishing
    #: Ids of uploads that were there before.
    others: tuple[str, ...]
    #: 16 hexadecimal digits.
    id: str = attrs.field(factory=lambda: secrets.token_hex(8))
    #: Its multipart upload; None before it is begun.
    upload: str | None = None
    _announced: bool = False
    _begun: bool = False

    @property
    def stored(self) -> StoredPack:
        """What is published when it has come to its end."""
        return stored_by(self.publishing)

    def announce(self) -> None:
        """Writes lock and note, after every look anew: a publisher that was first may remove those that it had seen."""
        publishing, self._announced = self.publishing, True
        note = Note(sha256=publishing.sha256, content=publishing.content, others=self.others)
        texts = {SHA256: note.to_text(publishing.location.name)}
        if publishing.lock is not None:
            texts[LOCK] = publishing.lock.to_text()
        stop = Stop(publishing.bucket.clock)
        put = attrs.evolve(publishing.bucket, clock=stop).put
        tasks = [partial(put, self._beside(kind), text.encode()) for kind, text in texts.items()]
        deque(in_parallel(tasks, len(tasks), stop), maxlen=0)

    def send(self, seen: Seen, step: SharedStep) -> None:
        """Puts the pack there, if what was seen there still is.

        Raises:
            OvertakenError: It is not.
        """
        publishing = self.publishing
        if publishing.whole is not None and publishing.in_one_call:
            self._put(publishing.whole, seen, step)
            return
        there = self.open_upload()
        upload = self._upload
        self.commit(
            publishing.uploads.send(upload, publishing.parts, there, publishing.sizes.workers, step), there, seen
        )

    def open_upload(self) -> dict[int, ListedPart]:
        """Begins the multipart upload, or takes up the one that it has; gives the parts that are there by number.

        Raises:
            OvertakenError: The upload is gone.
        """
        publishing = self.publishing
        if self.upload is not None:
            return publishing.uploads.parts(self.upload)
        self._begun = True
        self.upload = publishing.uploads.create(self._metadata, partial(self._begun_unheard, publishing.bucket))
        return {}

    def sending(self, there: dict[int, ListedPart], step: SharedStep) -> AbstractContextManager[Sending]:
        """Sends parts that come one by one to the upload that is open."""
        publishing = self.publishing
        return publishing.uploads.sending(self._upload, there, publishing.sizes.workers, step)

    def commit(self, sent: list[ListedPart], there: dict[int, ListedPart], seen: Seen) -> None:
        """Makes the object of the parts, if what was seen there still is.

        Raises:
            OvertakenError: It is not, or the upload is gone.
        """
        extra = set(there) - {part.number for part in sent}
        self.publishing.uploads.commit(self._upload, sent, extra, **_condition(seen))

    def _put(self, whole: Part, seen: Seen, step: SharedStep) -> None:
        publishing = self.publishing
        try:
            publishing.bucket.put_part_as_object(
                publishing.location.path, whole, step, opc_meta=self._metadata, **_condition(seen)
            )
        except PreconditionError as refusal:
            raise OvertakenError from refusal

    @property
    def _upload(self) -> str:
        if self.upload is None:
            raise AssertionError(self)
        return self.upload

    def remove_rubbish(self, seen: Seen) -> None:
        """Removes what others left at the location, once this publication is the one there."""
        bucket = self.publishing.bucket
        for upload in seen.uploads:
            if upload != self.upload and self._is_rubbish(upload, seen):
                self.publishing.uploads.abort(upload)
        for each in seen.beside:
            if each.publication != self.id:
                try:
                    bucket.delete(each.name, each.etag)
                except PreconditionError:
                    # written again by somebody who is going to need it
                    continue

    def give_up(self) -> StoredPack | None:
        """Removes what it made, unless it turns out that it is published: then that pack.

        Raises:
            DeploymentError: Something of it is still there.
        """
        publishing = attrs.evolve(self.publishing, bucket=self.publishing.bucket.in_haste)
        unheard = self._begun_unheard(publishing.bucket) if self._begun and self.upload is None else []
        for upload in [self.upload] if self.upload else unheard:
            publishing.uploads.abort(upload)
        there = pack_object(publishing.bucket, publishing.location)
        if there is not None and there.publication == self.id:
            return self.stored
        # the note last: with it the next publisher finds what is left
        for kind in (LOCK, SHA256) if self._announced else ():
            publishing.bucket.delete(self._beside(kind))
        return None

    def _is_rubbish(self, upload: str, seen: Seen) -> bool:
        """Whether a publisher that cannot finish began it, as far as notes and parts tell."""
        claims = seen.claimed_by(upload)
        if all(seen.notes[publication].content == self.publishing.content for publication in claims):
            return bool(claims) and _parts_are_of(self.publishing, upload) is not False
        return True

    def _begun_unheard(self, bucket: Bucket) -> list[str]:
        """Uploads whose beginning was not answered."""
        return look(bucket, self.publishing.location, uploads=True).of(self.id)

    @property
    def _metadata(self) -> dict[str, str]:
        return object_metadata(self.publishing.manifest, self.publishing.sha256, self.id)

    def _beside(self, kind: str) -> str:
        return beside_name(self.publishing.location.path, self.id, kind)


def next_publication(publishing: Publishing, seen: Seen, last: Publication | None) -> Publication:
    """The publication to go on with: the last one, one that a killed publisher began, or a new one.

    Raises:
        DeploymentError: The last one is lost, and something of it cannot be removed.
    """
    if last is not None:
        if last.upload is None or last.upload in seen.uploads:
            return last
        last.give_up()
    for publication, upload in [] if publishing.in_one_call else seen.unfinished(publishing.content):
        if _parts_are_of(publishing, upload):
            others = seen.notes[publication].others
            return Publication(publishing=publishing, id=publication, others=others, upload=upload)
    return Publication(publishing=publishing, others=seen.uploads)


def _parts_are_of(publishing: Publishing, upload: str) -> bool | None:
    """Whether the upload has parts of this pack and of no other; None where it has none (any more)."""
    try:
        there = publishing.uploads.parts(upload).values()
    except OvertakenError:
        return None
    return all(publishing.could_be(part) for part in there) if there else None


def _condition(seen: Seen) -> dict[str, str]:
    return {"if_none_match": "*"} if seen.pack is None else {"if_match": seen.pack.etag}
