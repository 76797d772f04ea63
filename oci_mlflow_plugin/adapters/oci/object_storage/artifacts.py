"""Model artifacts that are too large for one call to the catalog, on their way through a bucket. Imports ``oci``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import attrs

from oci_mlflow_core.errors import ArtifactError, CancelledError, DeploymentError, PackStoreError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import Bucket, bucket_of
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import OvertakenError, Uploads
from oci_mlflow_plugin.adapters.oci.object_storage.parts import BytesPart
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

_FOLDER = ".artifacts"
_SHA256 = "sha256"
#: How often an upload may vanish while it is worked on.
_ATTEMPTS = 3


def artifact_location(prefix: ObjectLocation, artifact: RuntimeArtifact) -> ObjectLocation:
    """Where an artifact goes below a prefix: a place that no other artifact has."""
    return prefix.child(_FOLDER, f"{artifact.sha256}.zip")


def upload_artifact(
    connection: Connection,
    prefix: ObjectLocation,
    artifact: RuntimeArtifact,
    step: Step,
    sizes: Sizes | None = None,
) -> ObjectLocation:
    """Puts the artifact into the bucket, straight from its stream, and says where it is.

    Nothing is written to this machine's disk, and no more than ``workers`` parts are in memory. What is there already
    is not sent again, neither whole nor in the parts of an upload that was killed.

    Raises:
        PackStoreError: The bucket is not there.
        ArtifactError: The stream has other bytes than the artifact says.
        DeploymentError: OCI refuses, or does not answer; its `leftovers` name an upload that could not be aborted.
    """
    location = artifact_location(prefix, artifact)
    uploading = _Uploading(
        bucket=bucket_of(connection, location), location=location, artifact=artifact, sizes=sizes or Sizes()
    )
    if not uploading.is_there():
        uploading.upload(step)
    return location


def delete_object(connection: Connection, location: ObjectLocation) -> None:
    """Removes an object; one that is not there is fine.

    Raises:
        DeploymentError: OCI refuses, or does not answer.
    """
    bucket_of(connection, location).delete(location.path)


@attrs.frozen(kw_only=True)
class _Uploading:
    bucket: Bucket
    location: ObjectLocation
    artifact: RuntimeArtifact
    sizes: Sizes

    @property
    def uploads(self) -> Uploads:
        return Uploads(self.bucket, self.location.path)

    def is_there(self) -> bool:
        headers = self.bucket.head(self.location.path) or {}
        found = headers.get(f"opc-meta-{_SHA256}"), headers.get("content-length")
        return found == (self.artifact.sha256, str(self.artifact.size))

    def upload(self, step: Step) -> None:
        if self.sizes.is_one_call(self.artifact.size):
            shared = SharedStep(step, self.artifact.size)
            whole = BytesPart(1, b"".join(part.content for part in self._parts(max(1, self.artifact.size))))
            self.bucket.put_part_as_object(self.location.path, whole, shared, opc_meta={_SHA256: self.artifact.sha256})
            return
        for _ in range(_ATTEMPTS):
            try:
                self._upload_parts(SharedStep(step, self.artifact.size))
            except OvertakenError:  # noqa: PERF203 - each turn of the loop is another try
                if self.is_there():
                    return
            else:
                return
        raise PackStoreError(
            str(self.location),
            "its upload was aborted by somebody else, again and again",
            "See that no rule of the bucket removes uploads at once, and run the command again.",
        )

    def _upload_parts(self, step: SharedStep) -> None:
        """Uploads, or goes on with what a killed process began: the place is that of these bytes alone."""
        open_before = self.uploads.open()
        begun = open_before[0] if open_before else None
        try:
            upload = begun or self.uploads.create({_SHA256: self.artifact.sha256}, self.uploads.open)
            there = self.uploads.parts(upload)
            parts = self._parts(self.sizes.part_of(self.artifact.size))
            sent = self.uploads.send(upload, parts, there, self.sizes.workers, step)
            self.uploads.commit(upload, sent, set(there) - {part.number for part in sent})
            self._abort(self.bucket)
        except OvertakenError:
            raise
        except DeploymentError as failure:
            failure.leftovers = (*failure.leftovers, *self._given_up())
            raise
        except KeyboardInterrupt:
            leftovers = self._given_up()
            if not leftovers:
                raise
            cancelled = CancelledError(f"uploading {self.location}")
            cancelled.leftovers = leftovers
            raise cancelled from None
        except BaseException:
            self._given_up()
            raise

    def _given_up(self) -> tuple[str, ...]:
        try:
            self._abort(self.bucket.in_haste)
        except DeploymentError as refusal:
            return (f"perhaps an unfinished upload of {self.location}: {refusal}; the next run goes on with it",)
        return ()

    def _abort(self, bucket: Bucket) -> None:
        """Aborts all uploads to the place; none can be wanted."""
        uploads = Uploads(bucket, self.location.path)
        for upload in uploads.open():
            uploads.abort(upload)

    def _parts(self, size: int) -> Iterator[BytesPart]:
        total, number = 0, 0
        with self.artifact.open() as stream:
            while content := _read(stream, size):
                number, total = number + 1, total + len(content)
                yield BytesPart(number, content)
        if total != self.artifact.size:
            raise ArtifactError(
                "", f"the artifact has {self.artifact.size} bytes, but {total} came when it was uploaded"
            )


def _read(stream: BinaryIO, size: int) -> bytes:
    """The next `size` bytes, fewer only at the end."""
    pieces, left = [], size
    while left and (piece := stream.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
