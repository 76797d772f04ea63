"""The calls for objects of one bucket. Imports ``oci``; the store imports it when it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import attrs

from oci_mlflow_core.errors import InvalidRequestError, PackCorruptError, PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_plugin.adapters.oci.object_storage.parallel import Stop
from oci_mlflow_plugin.adapters.oci.object_storage.parts import Body, BytesPart, Part, md5_of
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep
from oci_mlflow_plugin.adapters.oci.session.calling import Patience, call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError, failure_of
from oci_mlflow_plugin.adapters.oci.session.quiet_step import QuietStep

if TYPE_CHECKING:
    from oci.object_storage import ObjectStorageClient

#: How often the same bytes are sent when others than those arrive.
_SENDINGS = 3
#: Both outlast the time for which a client holds calls back after many that failed: several transfers at once soon have
#: as many. With the second, whoever failed cleans up: the user waits for the error.
_STEADY = Patience(attempts=8, total=180.0)
_HASTE = Patience(attempts=10, total=60.0, longest_wait=10.0)
_OCTETS = "application/octet-stream"
_NO_BUCKET = frozenset({"BucketNotFound", "NamespaceNotFound"})


@attrs.frozen
class Sent:
    """What OCI has got."""

    etag: str
    #: As Content-MD5 holds it.
    md5: str


@attrs.frozen(kw_only=True)
class ListedObject:
    """An object of a list."""

    name: str
    etag: str


@attrs.frozen(kw_only=True)
class Bucket:
    """A bucket of a namespace, and how its service is called."""

    client: ObjectStorageClient
    namespace: str
    #: As the user wrote it: for what is told.
    location: ObjectLocation
    clock: Clock
    patience: Patience = _STEADY

    @property
    def in_haste(self) -> Bucket:
        """The same, with little patience: for cleaning up after a failure."""
        return attrs.evolve(self, patience=_HASTE)

    @property
    def place(self) -> tuple[str, str]:
        """Namespace and name, as calls take them."""
        return self.namespace, self.location.bucket

    def ask(self, what: str, function: Callable[..., Any], *args: object, **kwargs: Any) -> Any:  # noqa: ANN401 - the SDK has no types
        """One call, repeated within bounds; every change here may be made twice.

        Raises:
            DeploymentError: It failed.
        """
        return call(self.clock, what, function, *self.place, *args, patience=self.patience, **kwargs)

    def head(self, name: str) -> dict[str, str] | None:
        """The headers of an object, their names in lower case; None where it is not there.

        The answer to HEAD has no body, so that only its status can be judged.
        """
        try:
            response = self.ask(f"look for {self.told(name)}", self.client.head_object, name)
        except AbsentOrForbiddenError:
            return None
        return {key.lower(): value for key, value in response.headers.items()}

    def get(self, name: str) -> bytes | None:
        """The bytes of a small object; None where it is not there.

        Raises:
            PackStoreError: The bucket is not there.
        """

        def read() -> bytes:
            return bytes(self.client.get_object(*self.place, name).data.content)

        try:
            return call(self.clock, f"read {self.told(name)}", read, patience=self.patience)
        except AbsentOrForbiddenError as refusal:
            failure = failure_of(refusal)
            if failure is not None and failure.code in _NO_BUCKET:
                raise self.missing() from refusal
            return None

    def put(self, name: str, content: bytes) -> None:
        """Makes or replaces a small object.

        Raises:
            PackStoreError: The bucket is not there.
            PackCorruptError: Other bytes arrive.
        """
        step = SharedStep(QuietStep(), len(content))
        try:
            self.put_part_as_object(name, BytesPart(1, content), step)
        except AbsentOrForbiddenError as refusal:
            raise self.missing() from refusal

    def put_part_as_object(self, name: str, part: Part, step: SharedStep, **headers: Any) -> None:  # noqa: ANN401
        """Makes an object of the part in one call, and checks what arrived.

        Raises:
            PreconditionError: A condition among the headers is not met.
            PackCorruptError: Other bytes arrive.
        """

        def send(body: Body, md5: str) -> Any:  # noqa: ANN401
            return self.client.put_object(
                *self.place,
                name,
                body if part.size else b"",
                content_length=part.size,
                content_md5=md5,
                content_type=_OCTETS,
                **headers,
            )

        self.send(f"upload {self.told(name)}", part, step, Stop(self.clock), send)

    def send(self, what: str, part: Part, step: SharedStep, stop: Stop, send: Callable[[Body, str], Any]) -> Sent:
        """Sends a body until the MD5 that OCI answers is its own.

        Raises:
            PackCorruptError: Other bytes arrive, however often they are sent.
        """
        md5 = md5_of(part)

        def once() -> Any:  # noqa: ANN401
            with part.open() as stream:
                body = Body(stream, part.size, step, stop)
                try:
                    stop.check()
                    response = send(body, md5)
                except BaseException:
                    step.count(-body.sent)
                    raise
                if response.headers.get("opc-content-md5") != md5:
                    step.count(-body.sent)
                return response

        for _ in range(_SENDINGS):
            try:
                response = call(stop, what, once, step=step, patience=self.patience)
            except InvalidRequestError as refusal:  # noqa: PERF203 - each turn of the loop is another try
                failure = failure_of(refusal)
                if failure is None or failure.code != "UnmatchedContentMD5":
                    raise
            else:
                if response.headers.get("opc-content-md5") == md5:
                    return Sent(etag=str(response.headers["etag"]), md5=md5)
        raise PackCorruptError(
            str(self.location),
            f"could not {what}: OCI received other bytes than were sent, {_SENDINGS} times",
            "Something between this machine and OCI changes what is sent, such as a proxy.",
        )

    def delete(self, name: str, etag: str | None = None) -> None:
        """Removes an object, if it is there and, where an etag is given, still has that one.

        Raises:
            PreconditionError: It has another etag.
        """
        condition = {} if etag is None else {"if_match": etag}
        try:
            self.ask(f"remove {self.told(name)}", self.client.delete_object, name, **condition)
        except AbsentOrForbiddenError:
            return

    def objects(self, prefix: str) -> Iterator[ListedObject]:
        """The objects whose names begin so, in order.

        Raises:
            PackStoreError: The bucket is not there.
        """
        start: str | None = prefix
        while start is not None:
            try:
                page = self.ask(
                    f"list {self.told(prefix)}…",
                    self.client.list_objects,
                    prefix=prefix,
                    start=start,
                    fields="name,etag",
                ).data
            except AbsentOrForbiddenError as refusal:
                raise self.missing() from refusal
            for each in page.objects:
                yield ListedObject(name=each.name, etag=each.etag)
            start = page.next_start_with

    def told(self, name: str) -> str:
        """The object as users write it."""
        return str(attrs.evolve(self.location, path=name))

    def missing(self) -> PackStoreError:
        """The error for a bucket that is not there."""
        bucket = self.location.bucket
        return PackStoreError(
            str(self.location),
            f"no bucket '{bucket}' in the namespace '{self.namespace}', or the caller may not use it",
            f"Create it with 'oci os bucket create --name {bucket} --compartment-id <OCID>', or ask for the policy: "
            "allow group <group> to manage object-family in compartment <compartment> "
            f"where target.bucket.name = '{bucket}'",
        )


def bucket_of(connection: Connection, location: ObjectLocation) -> Bucket:
    """The bucket that the location is in.

    Raises:
        DeploymentError: Nobody is authenticated, or the tenancy's namespace cannot be found.
    """
    return Bucket(
        client=connection.object_storage,
        namespace=location.namespace or connection.namespace,
        location=location,
        clock=connection.clock,
    )
