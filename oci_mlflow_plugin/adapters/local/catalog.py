"""The model catalog of this machine: one folder a model, ``model.json`` and the unpacked artifact."""

from __future__ import annotations

import hashlib
from pathlib import Path

import attrs

from oci_mlflow_core.errors import ConflictError, InvalidRequestError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_core.model.deployment import CatalogModel
from oci_mlflow_core.ports.deploy_service import ModelCatalog, ModelRegistration
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.home.atomic import write_json
from oci_mlflow_plugin.adapters.home.disk_space import telling_when_full
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.home.removal import remove_tree
from oci_mlflow_plugin.adapters.local.identity import is_model_id, new_model_id
from oci_mlflow_plugin.adapters.local.records import served_models
from oci_mlflow_plugin.adapters.local.staging import staged, sweep
from oci_mlflow_plugin.adapters.local.supervision.folder import DamagedRecordError, read_json
from oci_mlflow_plugin.adapters.local.unzipping import unpack_read_only

_CHUNK = 1 << 20


@attrs.frozen
class LocalCatalog(ModelCatalog):
    """Models in ``<home>/models``."""

    home: Home

    def register(self, registration: ModelRegistration, artifact: RuntimeArtifact, step: Step) -> CatalogModel:
        """Keeps the artifact, unpacked and read-only.

        Raises:
            OutOfSpaceError: The disk is full.
            InvalidRequestError: The artifact is not what its digest says, or cannot be unpacked.
        """
        models = self.home.make(self.home.models)
        model = CatalogModel(
            id=new_model_id(), display_name=registration.display_name, freeform_tags=registration.freeform_tags
        )
        with telling_when_full(models, "registering the model"), staged(models) as folder:
            archive = folder / "artifact.zip"
            _receive(artifact, archive, step)
            unpack_read_only(archive, folder / "artifact")
            archive.unlink()
            write_json(folder / "model.json", attrs.asdict(model) | attrs.asdict(registration), "registering the model")
            folder.rename(models / model.id)
        return model

    def find(self, freeform_tags: dict[str, str]) -> tuple[CatalogModel, ...]:
        """The models that carry these tags, in no order."""
        return tuple(model for model in self._models() if freeform_tags.items() <= model.freeform_tags.items())

    def delete(self, model_id: str) -> None:
        """Removes the model.

        Raises:
            ConflictError: A deployment serves it.
        """
        if not is_model_id(model_id):
            return
        for deployment_id in served_models(self.home).get(model_id, ()):
            raise ConflictError(
                f"the model {model_id} is served by the deployment {deployment_id}", "Delete the deployment first."
            )
        folder = self.home.models / model_id
        (folder / "model.json").unlink(missing_ok=True)
        remove_tree(folder)
        if self.home.names_in(self.home.models):
            sweep(self.home.models)

    def _models(self) -> list[CatalogModel]:
        folders = (self.home.models / name for name in self.home.names_in(self.home.models) if is_model_id(name))
        return [model for folder in folders if (model := _model(folder)) is not None]


def _model(folder: Path) -> CatalogModel | None:
    """The model in the folder; one whose record is damaged has its OCID as its name, and no tags."""
    try:
        plain = read_json(folder / "model.json")
        if not plain:
            return None
        return CatalogModel(
            id=folder.name, display_name=plain["display_name"], freeform_tags=dict(plain["freeform_tags"])
        )
    except (DamagedRecordError, KeyError, TypeError, ValueError):
        return CatalogModel(id=folder.name, display_name=folder.name)


def artifact_of(home: Home, model_id: str) -> Path:
    """The unpacked artifact of a model.

    Raises:
        InvalidRequestError: There is no such model.
    """
    folder = home.models / model_id
    if not is_model_id(model_id) or not (folder / "model.json").is_file():
        raise InvalidRequestError(f"there is no model {model_id} in the catalog of this machine ({home.models})")
    return folder / "artifact"


def _receive(artifact: RuntimeArtifact, to: Path, step: Step) -> None:
    digest, done = hashlib.sha256(), 0
    with artifact.open() as source, to.open("wb") as destination:
        while piece := source.read(_CHUNK):
            destination.write(piece)
            digest.update(piece)
            done += len(piece)
            step.moved(done, artifact.size)
    if (digest.hexdigest(), done) != (artifact.sha256, artifact.size):
        raise InvalidRequestError(
            f"the runtime artifact changed while it was read: {done} bytes with SHA-256 {digest.hexdigest()}, "
            f"not {artifact.size} with {artifact.sha256}",
            "Run the command again when nobody writes to the model's files.",
        )
