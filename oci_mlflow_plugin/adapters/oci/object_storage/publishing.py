"""Publishing a pack whatever others do there at the same time. Imports ``oci``."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import CancelledError, DeploymentError, PackCorruptError, PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation, StoredPack
from oci_mlflow_core.planning.pack_conflict import conflict_of
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.object_storage.downloading import sha256_of_object
from oci_mlflow_plugin.adapters.oci.object_storage.looking import Seen, look, sha256_of
from oci_mlflow_plugin.adapters.oci.object_storage.metadata import PackObject
from oci_mlflow_plugin.adapters.oci.object_storage.multipart import OvertakenError
from oci_mlflow_plugin.adapters.oci.object_storage.pack_to_publish import Publishing
from oci_mlflow_plugin.adapters.oci.object_storage.parts import md5_of
from oci_mlflow_plugin.adapters.oci.object_storage.publication import Publication, next_publication
from oci_mlflow_plugin.adapters.oci.object_storage.shared_step import SharedStep

#: How often somebody else may be faster.
ATTEMPTS = 8
_NEXT_RUN = "the next run goes on with it or removes it"


@attrs.define
class Undertaking:
    """What is begun at a location, and neither published nor given up."""

    location: ObjectLocation
    publication: Publication | None = None

    def take_back(self, failure: BaseException | None) -> StoredPack | None:
        """Removes what was begun, unless it turns out that it is published: then that pack.

        What cannot be removed is added to the failure.

        Raises:
            CancelledError: The failure is Ctrl-C, and not everything could be taken back.
        """
        if self.publication is None:
            return None
        publication, self.publication = self.publication, None
        try:
            return publication.give_up()
        except DeploymentError as refusal:
            line = f"perhaps an unfinished upload of {self.location}: {refusal}; {_NEXT_RUN}"
        if isinstance(failure, DeploymentError):
            failure.leftovers = (*failure.leftovers, line)
        elif isinstance(failure, KeyboardInterrupt):
            cancelled = CancelledError(f"publishing {self.location}")
            cancelled.leftovers = (line,)
            raise cancelled from None
        return None


@attrs.define(kw_only=True)
class Publisher:
    """Publishes one pack, once."""

    publishing: Publishing
    step: Step
    overwrite: bool
    _undertaking: Undertaking = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._undertaking = Undertaking(self.publishing.location)

    def publish(self) -> StoredPack:
        """The pack that is there in the end.

        Raises:
            PackConflictError: Another pack is there.
            CancelledError: The user pressed Ctrl-C, and not everything could be taken back.
        """
        try:
            return self._published()
        except BaseException as failure:
            stored = self._undertaking.take_back(failure)
            if stored is not None and isinstance(failure, DeploymentError):
                return stored
            raise

    def _published(self) -> StoredPack:
        publishing = self.publishing
        for _ in range(ATTEMPTS):
            seen = look(publishing.bucket, publishing.location, uploads=not publishing.in_one_call)
            there = already(publishing, seen, self.step, overwrite=self.overwrite)
            if there is not None:
                # somebody else's, or this one, whose answer was lost
                self._undertaking.take_back(None)
                return there
            publication = next_publication(publishing, seen, self._undertaking.publication)
            self._undertaking.publication = publication
            publication.announce()
            try:
                publication.send(seen, SharedStep(self.step, publishing.size))
            except OvertakenError:
                self.step.says("somebody else publishes there too; looking again")
                continue
            self._undertaking.publication = None
            tidy(publication, seen, self.step)
            return publication.stored
        raise overtaken_too_often(publishing.location)


def tidy(publication: Publication, seen: Seen, step: Step) -> None:
    """Removes what others left at the location, as far as that is possible."""
    try:
        publication.remove_rubbish(seen)
    except DeploymentError as refusal:
        # the pack is there: what others left is for the next who publishes there
        step.says(f"what others left beside {publication.publishing.location} stays: {refusal}")


def overtaken_too_often(location: ObjectLocation) -> PackStoreError:
    """The error for a location at which others publish all the time."""
    return PackStoreError(
        str(location),
        f"others published there {ATTEMPTS} times while this pack was on its way",
        "Run the command again when they are done.",
    )


def already(publishing: Publishing, seen: Seen, step: Step, *, overwrite: bool) -> StoredPack | None:
    """The pack there when it is the same, None where it is to be made or replaced.

    Raises:
        PackConflictError: It is another one, and is to stay.
    """
    there = seen.pack
    if there is None:
        return None
    if overwrite:
        return there.stored if _is_intact(publishing, there) else None
    sha256 = _said(publishing, there) or _actual(publishing, there, step)
    if sha256 != publishing.sha256:
        raise conflict_of(there.stored, sha256, publishing.manifest, publishing.sha256)
    return attrs.evolve(there.stored, sha256=sha256)


def _said(publishing: Publishing, there: PackObject) -> str | None:
    try:
        return sha256_of(publishing.bucket, there)
    except PackCorruptError:
        return None


def _is_intact(publishing: Publishing, there: PackObject) -> bool:
    """Whether it is the same, as far as that can be seen from outside: who overwrites may do so for a damage."""
    if publishing.whole is None or (there.sha256, there.size) != (publishing.sha256, publishing.size):
        return False
    return there.md5 is None or there.md5 == md5_of(publishing.whole)


def _actual(publishing: Publishing, there: PackObject, step: Step) -> str:
    """The digest of a pack whose publisher did not say it; empty where the size says enough."""
    if there.size != publishing.size:
        return ""
    step.says(f"reading {there.location}, whose publisher left no digest")
    return sha256_of_object(publishing.bucket, there)
