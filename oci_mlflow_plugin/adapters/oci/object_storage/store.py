"""The pack store in Object Storage. Imports ``oci``; made when it is chosen."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import attrs

from oci_mlflow_core.errors import DeploymentError, PackCorruptError, PackNotFoundError
from oci_mlflow_core.model.environment import Lock
from oci_mlflow_core.model.pack import ObjectLocation, PackFile, PackManifest, StoredPack
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_core.ports.publication import Publication
from oci_mlflow_plugin.adapters.oci.object_storage.beside import LOCK, beside_name, kept_lock_name, pack_name
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import Bucket, bucket_of
from oci_mlflow_plugin.adapters.oci.object_storage.downloading import download
from oci_mlflow_plugin.adapters.oci.object_storage.looking import look, pack_object, sha256_of
from oci_mlflow_plugin.adapters.oci.object_storage.metadata import PackObject, fitting
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import OvertakenError, Uploads
from oci_mlflow_plugin.adapters.oci.object_storage.pack_to_publish import publishing_of_file, publishing_of_stream
from oci_mlflow_plugin.adapters.oci.object_storage.publishing import Publisher
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes
from oci_mlflow_plugin.adapters.oci.object_storage.streaming import streamed
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: How often a pack may be replaced, or arrive damaged, while it is fetched.
_FETCHES = 3


@attrs.frozen
class OciPackStore(PackStore):
    """Packs in buckets, with the manifest in ``opc-meta-manifest`` where OCI's notebooks and ADS read it.

    `oci_mlflow_plugin.adapters.oci.object_storage.publication` says how a pack appears in one step. Packs that others
    published have no sha256 here: what they do not say is not known, and they are not verified.

    Every method raises, besides what the port says, the errors of `calling.call` where OCI refuses or does not answer.
    """

    connection: Connection
    sizes: Sizes = attrs.field(factory=Sizes)

    def find(self, location: ObjectLocation) -> StoredPack | None:
        """What is published there, or None; one HEAD.

        Raises:
            PackStoreError: What is there is not a pack.
        """
        pack_name(location)
        there = pack_object(self._bucket(location), location)
        return None if there is None else there.stored

    def publish(self, location: ObjectLocation, pack: PackFile, step: Step, *, overwrite: bool = False) -> StoredPack:
        """Puts the pack there, with its manifest, its lock and its sha256.

        One that a killed process began is continued: only the parts that are not there yet are sent.

        Raises:
            PackConflictError: Another pack is there.
            PackStoreError: The bucket is not there.
        """
        pack_name(location)
        manifest = fitting(location, pack.manifest)
        pack = attrs.evolve(pack, manifest=manifest, size=pack.path.stat().st_size)
        publishing = publishing_of_file(self._bucket(location), location, pack, self.sizes)
        return Publisher(publishing=publishing, step=step, overwrite=overwrite).publish()

    def begin(
        self,
        location: ObjectLocation,
        manifest: PackManifest,
        lock: Lock | None,
        step: Step,
        *,
        overwrite: bool = False,
    ) -> AbstractContextManager[Publication]:
        """Begins to publish a pack whose parts go up while it is being made.

        One that a killed process began is continued: only the parts that are not there yet are sent.

        Raises:
            PackConflictError: Another pack is there.
            PackStoreError: The bucket is not there.
        """
        pack_name(location)
        manifest = fitting(location, manifest)
        publishing = publishing_of_stream(self._bucket(location), location, manifest, lock, self.sizes)
        return streamed(publishing, step, overwrite=overwrite)

    def fetch(self, location: ObjectLocation, to: Path, step: Step) -> PackFile:
        """Brings the pack into the file `to`, several ranges of it at once, and verifies it.

        Raises:
            PackNotFoundError: Nothing is there.
            PackCorruptError: The bytes are not those that were published.
            OutOfSpaceError: The disk of `to` is full; nothing is left there.
        """
        name, bucket = pack_name(location), self._bucket(location)
        fault: DeploymentError = PackNotFoundError(str(location), "no pack is published there")
        for _ in range(_FETCHES):
            there = pack_object(bucket, location)
            if there is None:
                raise PackNotFoundError(str(location), "no pack is published there")
            # before the bytes: while they have this etag, nobody has removed it
            lock = _lock_of(bucket, name, there)
            try:
                said = sha256_of(bucket, there)
                sha256 = download(bucket, there, to, step, self.sizes)
            except PackCorruptError as damaged:
                fault = damaged
                continue
            except OvertakenError:
                fault = PackNotFoundError(str(location), "the pack is replaced again and again")
                continue
            if said in {None, sha256}:
                return PackFile(path=to, sha256=sha256, size=there.size, manifest=there.stored.manifest, lock=lock)
            to.unlink()
            fault = _damaged(location, said, sha256)
        raise fault

    def withdraw(self, location: ObjectLocation) -> None:
        """Removes the pack and what lies beside it, and aborts what killed publishers were uploading there.

        Raises:
            PackStoreError: The bucket is not there.
        """
        name, bucket = pack_name(location), self._bucket(location)
        seen = look(bucket, location, uploads=False)
        # The pack goes first: whoever is killed in between leaves no pack that lost its lock.
        bucket.delete(name)
        for upload in seen.uploads:
            if seen.claimed_by(upload):
                Uploads(bucket, name).abort(upload)
        for each in seen.beside:
            bucket.delete(each.name)

    def find_lock(self, destination: ObjectLocation, request_digest: str) -> Lock | None:
        """The lock that was kept for the request below that destination, or None.

        Raises:
            PackStoreError: The bucket is not there.
        """
        return _lock(self._bucket(destination), kept_lock_name(destination, request_digest))

    def keep_lock(self, destination: ObjectLocation, request_digest: str, lock: Lock) -> None:
        """Keeps the lock for the request below that destination.

        Raises:
            PackStoreError: The bucket is not there.
        """
        content = (lock.to_text() + "\n").encode()
        self._bucket(destination).put(kept_lock_name(destination, request_digest), content)

    def _bucket(self, location: ObjectLocation) -> Bucket:
        return bucket_of(self.connection, location)


def _lock_of(bucket: Bucket, name: str, there: PackObject) -> Lock | None:
    if there.publication is None:
        return None
    return _lock(bucket, beside_name(name, there.publication, LOCK))


def _lock(bucket: Bucket, name: str) -> Lock | None:
    content = bucket.get(name)
    try:
        return None if content is None else Lock.from_text(content.decode("utf-8"))
    except ValueError:
        return None


def _damaged(location: ObjectLocation, said: str | None, sha256: str) -> PackCorruptError:
    return PackCorruptError(
        str(location),
        f"the pack is damaged: its sha256 was {said} when it was published and is {sha256} now",
        "Publish it again with overwrite: true, or remove the object: the pack is then built and published anew.",
    )
