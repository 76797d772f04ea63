"""Publishing a pack while it is being made. Imports ``oci``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import attrs

from oci_mlflow_core.errors import DeploymentError, PackStoreError
from oci_mlflow_core.model.pack import StoredPack
from oci_mlflow_core.planning.pack_conflict import conflict_of
from oci_mlflow_core.ports import publication as port
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.object_storage.looking import Seen, look
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import ListedPart, OvertakenError, Sending
from oci_mlflow_plugin.adapters.oci.object_storage.pack_to_publish import Publishing, made
from oci_mlflow_plugin.adapters.oci.object_storage.parts import BytesPart
from oci_mlflow_plugin.adapters.oci.object_storage.publication import Publication, next_publication
from oci_mlflow_plugin.adapters.oci.object_storage.publishing import (
    ATTEMPTS,
    Publisher,
    Undertaking,
    already,
    overtaken_too_often,
    tidy,
)
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep


@attrs.define(kw_only=True)
class StreamedPublication(port.Publication):
    """Sends parts as they become full; what fits into one is kept until the end, and goes in one call.

    A multipart upload that a killed publisher of the same lock began is gone on with: parts that are there with the
    same bytes are not sent again.
    """

    publishing: Publishing
    step: Step
    overwrite: bool
    #: The location when the stream began.
    seen: Seen
    _undertaking: Undertaking
    _unfinished: ExitStack
    #: Whether a pack of the same lock is there, so that nothing has to be sent.
    _is_there: bool
    _buffer: bytearray = attrs.field(factory=bytearray, init=False)
    _size: int = attrs.field(default=0, init=False)
    _parts: int = attrs.field(default=0, init=False)
    _there: dict[int, ListedPart] = attrs.field(factory=dict, init=False)
    _sending: Sending | None = attrs.field(default=None, init=False)

    def write(self, data: bytes, /) -> int:
        """Takes the bytes; waits for parts that are on their way where there are too many.

        Raises:
            PackStoreError: Somebody ended the upload.
            DeploymentError: OCI refuses a part, or does not answer.
        """
        self._size += len(data)
        if not self._is_there:
            self._buffer += data
            while len(self._buffer) > self.publishing.sizes.part_of_stream:
                self._send_part(self.publishing.sizes.part_of_stream)
        return len(data)

    def commit(self, sha256: str, size: int) -> StoredPack:
        """Publishes what was written, unless the same is there by now.

        Raises:
            PackConflictError: Another pack is there by now.
            PackStoreError: The size is not that of what was written.
        """
        if size != self._size:
            raise PackStoreError(str(self.publishing.location), f"{self._size} bytes were written of a pack of {size}")
        known = attrs.evolve(self.publishing, sha256=sha256, size=size)
        if self._sending is None and not self._is_there:
            small = made(self.publishing, bytes(self._buffer), sha256)
            return Publisher(publishing=small, step=self.step, overwrite=self.overwrite).publish()
        self._send_part(len(self._buffer))
        sent = self._finished()
        if self._is_there:
            return self._that_is_there(known)
        try:
            return self._committed(known, sent)
        except DeploymentError as failure:
            stored = self._undertaking.take_back(failure)
            if stored is None:
                raise
            return stored

    def _that_is_there(self, known: Publishing) -> StoredPack:
        seen = look(known.bucket, known.location, uploads=False)
        there = already(known, seen, self.step, overwrite=False)
        if there is None:
            raise PackStoreError(
                str(known.location),
                "the pack that was there was withdrawn while the same was made again",
                "Run the command again.",
            )
        self.step.moved(self._size, self._size)
        return there

    def _committed(self, known: Publishing, sent: list[ListedPart]) -> StoredPack:
        publication, seen = self._publication, self.seen
        publication.publishing = known
        # the sha256 comes to lie beside the pack before the pack is there
        publication.announce()
        for _ in range(ATTEMPTS):
            try:
                publication.commit(sent, self._there, seen)
            except OvertakenError:
                seen = look(known.bucket, known.location, uploads=True)
            else:
                self._undertaking.publication = None
                tidy(publication, seen, self.step)
                return publication.stored
            there = already(known, seen, self.step, overwrite=self.overwrite)
            if there is not None:
                self._undertaking.take_back(None)
                return there
            if publication.upload not in seen.uploads:
                raise _ended(known)
        raise overtaken_too_often(known.location)

    def _send_part(self, size: int) -> None:
        content = bytes(self._buffer[:size])
        del self._buffer[:size]
        if self._is_there:
            return
        try:
            if self._sending is None:
                self._sending = self._begun()
            self._parts += 1
            self._sending.send(BytesPart(self._parts, content))
        except OvertakenError as overtaken:
            self._give_way(overtaken)

    def _finished(self) -> list[ListedPart]:
        try:
            return self._sending.finish() if self._sending and not self._is_there else []
        except OvertakenError as overtaken:
            self._give_way(overtaken)
            return []

    def _give_way(self, overtaken: OvertakenError) -> None:
        """Goes on without the upload, which somebody ended: who published the same, it is to be hoped."""
        seen = look(self.publishing.bucket, self.publishing.location, uploads=False)
        if self.overwrite or not _is_same(self.publishing, seen):
            raise _ended(self.publishing) from overtaken
        self._is_there = True
        self._buffer.clear()
        self._undertaking.take_back(None)

    def _begun(self) -> Sending:
        publication = next_publication(self.publishing, self.seen, None)
        self._undertaking.publication = publication
        publication.announce()
        self._there = publication.open_upload()
        return self._unfinished.enter_context(publication.sending(self._there, SharedStep(self.step, None)))

    @property
    def _publication(self) -> Publication:
        if self._undertaking.publication is None:
            raise AssertionError(self)
        return self._undertaking.publication


@contextmanager
def streamed(publishing: Publishing, step: Step, *, overwrite: bool) -> Iterator[StreamedPublication]:
    """A pack that is published while it is being made; what is not committed when the context ends is taken back.

    Raises:
        PackConflictError: A pack of another lock is there.
        CancelledError: The user pressed Ctrl-C, and not everything could be taken back.
    """
    undertaking = Undertaking(publishing.location)
    seen = look(publishing.bucket, publishing.location, uploads=True)
    is_there = not overwrite and _is_same(publishing, seen)
    try:
        with ExitStack() as unfinished:
            yield StreamedPublication(
                publishing=publishing,
                step=step,
                overwrite=overwrite,
                seen=seen,
                undertaking=undertaking,
                unfinished=unfinished,
                is_there=is_there,
            )
    except BaseException as failure:
        undertaking.take_back(failure)
        raise
    undertaking.take_back(None)


def _is_same(publishing: Publishing, seen: Seen) -> bool:
    """Whether a pack of the same lock is there.

    Raises:
        PackConflictError: It is one of another lock, or of none.
    """
    if seen.pack is None:
        return False
    there = seen.pack.stored
    if publishing.lock is None or there.manifest.lock_digest != publishing.lock.digest:
        raise conflict_of(there, "", publishing.manifest)
    return True


def _ended(publishing: Publishing) -> PackStoreError:
    return PackStoreError(
        str(publishing.location),
        "somebody else ended the upload of this pack while it was on its way",
        "Run the command again.",
    )
