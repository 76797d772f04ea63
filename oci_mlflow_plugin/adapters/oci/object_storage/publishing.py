"""Publishing a pack whatever others do there at the same time. Imports ``oci``."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import CancelledError, DeploymentError, PackStoreError
from oci_mlflow_core.model.pack import StoredPack
from oci_mlflow_core.planning.pack_conflict import conflict_of
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.object_storage.downloading import sha256_of_object
from oci_mlflow_plugin.adapters.oci.object_storage.looking import Seen, look
from oci_mlflow_plugin.adapters.oci.object_storage.metadata import PackObject
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import OvertakenError
from oci_mlflow_plugin.adapters.oci.object_storage.parts import FilePart, md5_of
from oci_mlflow_plugin.adapters.oci.object_storage.publication import Publication, Publishing, next_publication
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep

#: How often somebody else may be faster.
_ATTEMPTS = 8


@attrs.define(kw_only=True)
class Publisher:
    """Publishes one pack, once."""

    publishing: Publishing
    step: Step
    overwrite: bool
    #: What is begun and neither published nor given up.
    _open: Publication | None = attrs.field(default=None, init=False)

    def publish(self) -> StoredPack:
        """The pack that is there in the end.

        Raises:
            PackConflictError: Another pack is there.
            CancelledError: The user pressed Ctrl-C, and not everything could be taken back.
        """
        try:
            return self._published()
        except DeploymentError as failure:
            stored, leftovers = self._given_up()
            if stored is not None:
                return stored
            failure.leftovers = (*failure.leftovers, *leftovers)
            raise
        except KeyboardInterrupt:
            _, leftovers = self._given_up()
            if not leftovers:
                raise
            cancelled = CancelledError(f"publishing {self.publishing.location}")
            cancelled.leftovers = leftovers
            raise cancelled from None
        except BaseException:
            self._given_up()
            raise

    def _published(self) -> StoredPack:
        for _ in range(_ATTEMPTS):
            seen = look(self.publishing.bucket, self.publishing.location, uploads=not self.publishing.in_one_call)
            there = self._already(seen)
            if there is not None:
                return self._end(there)
            self._open = publication = next_publication(self.publishing, seen, self._open)
            publication.announce()
            try:
                publication.send(seen, SharedStep(self.step, self.publishing.pack.size))
            except OvertakenError:
                self.step.says("somebody else publishes there too; looking again")
                continue
            self._open = None
            self._tidy(publication, seen)
            return publication.stored
        raise PackStoreError(
            str(self.publishing.location),
            f"others published there {_ATTEMPTS} times while this pack was on its way",
            "Run the command again when they are done.",
        )

    def _end(self, there: StoredPack) -> StoredPack:
        """The same pack is there: somebody else's, or this one, whose answer was lost."""
        if self._open is not None:
            self._open.give_up()
            self._open = None
        return there

    def _tidy(self, publication: Publication, seen: Seen) -> None:
        try:
            publication.remove_rubbish(seen)
        except DeploymentError as refusal:
            # the pack is there: what others left is for the next who publishes there
            self.step.says(f"what others left beside {self.publishing.location} stays: {refusal}")

    def _given_up(self) -> tuple[StoredPack | None, tuple[str, ...]]:
        """The pack where it is published after all, and what is left where it is not."""
        if self._open is None:
            return None, ()
        try:
            return self._open.give_up(), ()
        except DeploymentError as refusal:
            line = f"perhaps an unfinished upload of {self.publishing.location}: {refusal}"
            return None, (f"{line}; the next run goes on with it or removes it",)

    def _already(self, seen: Seen) -> StoredPack | None:
        """The pack there when it is the same, None where it is to be made or replaced.

        Raises:
            PackConflictError: It is another one, and is to stay.
        """
        there, pack = seen.pack, self.publishing.pack
        if there is None:
            return None
        if self.overwrite:
            return there.stored if self._is_intact(there) else None
        sha256 = there.sha256 or self._actual(there)
        if sha256 != pack.sha256:
            raise conflict_of(there.stored, sha256, pack.manifest, pack.sha256)
        return there.stored

    def _is_intact(self, there: PackObject) -> bool:
        """Whether it is the same, as far as that can be seen from outside: who overwrites may do so for a damage."""
        pack = self.publishing.pack
        if (there.sha256, there.size) != (pack.sha256, pack.size):
            return False
        return there.md5 is None or there.md5 == md5_of(FilePart(1, pack.path, 0, pack.size))

    def _actual(self, there: PackObject) -> str:
        """The digest of a pack whose publisher did not say it; empty where the size says enough."""
        if there.size != self.publishing.pack.size:
            return ""
        self.step.says(f"reading {there.location}, whose publisher left no digest")
        return sha256_of_object(self.publishing.bucket, there)
