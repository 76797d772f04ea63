"""The calls for multipart uploads of one object. Imports ``oci``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import Bucket
from oci_mlflow_plugin.adapters.oci.object_storage.parallel import Stop, Transfers
from oci_mlflow_plugin.adapters.oci.object_storage.parts import Body, Part, md5_of
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError, PreconditionError, failure_of


class OvertakenError(Exception):
    """Somebody else made, replaced or removed the object, or the upload, meanwhile."""


@attrs.frozen(kw_only=True)
class ListedPart:
    """A part that OCI has."""

    number: int
    size: int
    md5: str
    etag: str

    def is_of(self, part: Part) -> bool:
        """Whether it has the bytes of that part."""
        return self.size == part.size and self.md5 == md5_of(part)


#: How often parts may have got another etag until the object is made of them.
_COMMITS = 3


@attrs.define
class Sending:
    """The parts of one upload on their way."""

    _running: Transfers[ListedPart]
    _send_one: Callable[[Part], ListedPart]
    _sent: list[ListedPart] = attrs.field(factory=list, init=False)

    def send(self, part: Part) -> None:
        """Sends the part, if it is not there yet; returns when the next one may come.

        Raises:
            OvertakenError: The upload is gone.
            PackCorruptError: Other bytes arrive.
        """
        with _overtaken_when_gone():
            self._sent += self._running.begin(partial(self._send_one, part))

    def finish(self) -> list[ListedPart]:
        """Waits for all parts; gives them in order.

        Raises:
            OvertakenError: The upload is gone.
            PackCorruptError: Other bytes arrive.
        """
        with _overtaken_when_gone():
            self._sent += self._running.rest()
        return self._sent


@contextmanager
def _overtaken_when_gone() -> Iterator[None]:
    try:
        yield
    except AbsentOrForbiddenError as refusal:
        raise OvertakenError from refusal


@attrs.frozen
class Uploads:
    """The multipart uploads of one object."""

    bucket: Bucket
    name: str

    def open(self) -> tuple[str, ...]:
        """The ids of those that are neither committed nor aborted, the oldest first.

        Raises:
            PackStoreError: The bucket is not there.
        """
        try:
            found = [each for each in self._pages("list_multipart_uploads") if each.object == self.name]
        except AbsentOrForbiddenError as refusal:
            raise self.bucket.missing() from refusal
        found.sort(key=lambda each: (each.time_created, each.upload_id))
        return tuple(each.upload_id for each in found)

    def create(self, metadata: dict[str, str], made_before: Callable[[], Iterable[str]]) -> str:
        """Begins one and gives its id.

        Args:
            metadata: Of the object, the names without ``opc-meta-``.
            made_before: Asked when an attempt's answer was lost: the ids of uploads that it may have begun. The first
                one is taken then.
        """
        from oci.object_storage.models import CreateMultipartUploadDetails  # noqa: PLC0415 - 60 ms, when it is needed

        details = CreateMultipartUploadDetails(
            object=self.name,
            content_type="application/octet-stream",
            metadata={f"opc-meta-{key}": value for key, value in metadata.items()},
        )
        attempts = 0

        def begin() -> str:
            nonlocal attempts
            attempts += 1
            if attempts > 1:
                for upload in made_before():
                    return upload
            client = self.bucket.client
            return str(client.create_multipart_upload(*self.bucket.place, details).data.upload_id)

        what = f"begin the upload of {self.bucket.told(self.name)}"
        try:
            return call(self.bucket.clock, what, begin, patience=self.bucket.patience)
        except AbsentOrForbiddenError as refusal:
            raise self.bucket.missing() from refusal

    def parts(self, upload: str) -> dict[int, ListedPart]:
        """The parts that OCI has, by number.

        Raises:
            OvertakenError: The upload is gone.
        """
        try:
            return {
                each.part_number: ListedPart(
                    number=each.part_number, size=each.size, md5=str(each.md5), etag=str(each.etag)
                )
                for each in self._pages("list_multipart_upload_parts", self.name, upload)
            }
        except AbsentOrForbiddenError as refusal:
            raise OvertakenError from refusal

    def send(
        self, upload: str, parts: Iterable[Part], there: dict[int, ListedPart], workers: int, step: SharedStep
    ) -> list[ListedPart]:
        """Sends the parts that are not there yet, several at once; gives all of them in order.

        No more than `workers` parts are held at a time. When one fails, no other is still being sent when this raises.

        Raises:
            OvertakenError: The upload is gone.
            PackCorruptError: Other bytes arrive.
        """
        with self.sending(upload, there, workers, step) as sending:
            for part in parts:
                sending.send(part)
            return sending.finish()

    @contextmanager
    def sending(self, upload: str, there: dict[int, ListedPart], workers: int, step: SharedStep) -> Iterator[Sending]:
        """Sends parts that come one by one; when the context fails, none is still being sent when it has ended."""
        stop = Stop(self.bucket.clock)
        with Transfers[ListedPart](workers, stop) as running:
            yield Sending(running, lambda part: self._send_one(upload, part, there, step, stop))

    def _send_one(
        self, upload: str, part: Part, there: dict[int, ListedPart], step: SharedStep, stop: Stop
    ) -> ListedPart:
        known = there.get(part.number)
        if known is not None and known.is_of(part):
            step.count(part.size)
            return known

        def send(body: Body, md5: str) -> Any:  # noqa: ANN401 - the SDK has no types
            return self.bucket.client.upload_part(
                *self.bucket.place, self.name, upload, part.number, body, content_length=part.size, content_md5=md5
            )

        what = f"upload part {part.number} of {self.bucket.told(self.name)}"
        sent = self.bucket.send(what, part, step, stop, send)
        return ListedPart(number=part.number, size=part.size, md5=sent.md5, etag=sent.etag)

    def commit(self, upload: str, parts: list[ListedPart], exclude: Iterable[int], **condition: Any) -> None:  # noqa: ANN401
        """Makes the object of the parts.

        A part that was sent again because no answer came has another etag as soon as OCI carries out the first request
        too, which may be later: then it is asked anew with the etags that the parts have, if the bytes are the same.

        Raises:
            OvertakenError: The condition is not met any more, the upload is gone, or somebody else sent other parts.
        """
        excluded = sorted(exclude)
        for _ in range(_COMMITS):
            details = {
                "partsToCommit": [{"partNum": part.number, "etag": part.etag} for part in parts],
                "partsToExclude": excluded,
            }
            if self._committed(upload, details, **condition):
                return
            parts = self._as_they_are(upload, parts)
        raise OvertakenError

    def _committed(self, upload: str, details: dict[str, Any], **condition: Any) -> bool:  # noqa: ANN401
        """Whether the parts were the ones that OCI has."""
        what = f"complete the upload of {self.bucket.told(self.name)}"
        try:
            self.bucket.ask(what, self.bucket.client.commit_multipart_upload, self.name, upload, details, **condition)
        except (AbsentOrForbiddenError, PreconditionError) as refusal:
            raise OvertakenError from refusal
        except InvalidRequestError as refusal:
            failure = failure_of(refusal)
            if failure is None or not failure.code.startswith("InvalidUploadPart"):
                raise
            return False
        return True

    def _as_they_are(self, upload: str, parts: list[ListedPart]) -> list[ListedPart]:
        there = self.parts(upload)
        now = [there[part.number] for part in parts if part.number in there]
        if [(part.size, part.md5) for part in now] != [(part.size, part.md5) for part in parts]:
            raise OvertakenError
        return now

    def abort(self, upload: str) -> None:
        """Gives the upload up, with all its parts; one that is gone is fine."""
        what = f"abort the upload of {self.bucket.told(self.name)}"
        try:
            self.bucket.ask(what, self.bucket.client.abort_multipart_upload, self.name, upload)
        except AbsentOrForbiddenError:
            return

    def _pages(self, operation: str, *args: object) -> Iterable[Any]:
        what = f"list what is being uploaded to {self.bucket.told(self.name)}"
        page: dict[str, str] = {}
        while True:
            response = self.bucket.ask(what, getattr(self.bucket.client, operation), *args, **page)
            yield from response.data
            if not response.has_next_page:
                return
            page = {"page": response.next_page}
