"""What has to be done to serve a model version, found out without changing anything."""

from __future__ import annotations

from pathlib import Path

import attrs

from oci_mlflow_core.errors import ArtifactError, InvalidRequestError
from oci_mlflow_core.model.artifact import ModelFacts, ModelVersion
from oci_mlflow_core.model.options import CommandOptions
from oci_mlflow_core.planning.desired import model_tags
from oci_mlflow_core.planning.image_steps import BuildImage, CheckImage, UseImage
from oci_mlflow_core.planning.naming import model_display_name
from oci_mlflow_core.planning.plan import BuildPack, FetchModel, LockEnvironment, RegisterModel, UsePack
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, ImageBuild
from oci_mlflow_core.usecases.environment import EnvironmentDraft, draft_environment, expected_location
from oci_mlflow_core.usecases.image_draft import ImageDraft, draft_image
from oci_mlflow_core.usecases.image_use import draft_image_use
from oci_mlflow_core.usecases.ports import Ports

PipelineStep = FetchModel | LockEnvironment | BuildPack | UsePack | CheckImage | BuildImage | UseImage | RegisterModel


@attrs.frozen(kw_only=True)
class ModelDraft:
    """What was found out about a model that is to be served, and the steps that follow from it."""

    facts: ModelFacts
    #: None for a container, whose image brings it.
    environment: EnvironmentDraft | None
    #: None where no image is made.
    image: ImageDraft | None = None
    #: What was found out about an image that the user has.
    image_notes: tuple[str, ...] = ()
    steps: tuple[PipelineStep, ...]
    loaded: LoadedSpec

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know."""
        draft = self.environment or self.image
        return (*(draft.notes if draft else ()), *self.image_notes)

    @property
    def score_code(self) -> Path | None:
        """The user's own score.py."""
        runtime = self.loaded.spec.runtime
        return runtime.score_code if isinstance(runtime, CondaRuntime) else None

    def expected_tags(self, run_id: str) -> dict[str, str]:
        """The tags of a deployment that serves it, before the pack is there: the pack's stands for one as long."""
        pack = expected_location(self.environment) if self.environment else None
        image = self.image.expected_or_alike if self.image else None
        return model_tags(self.facts, run_id, pack=pack, score_code=self.score_code, image=image)


def draft_model(ports: Ports, version: ModelVersion, loaded: LoadedSpec, options: CommandOptions) -> ModelDraft:
    """Finds out what has to be done to serve a model; reads only.

    Raises:
        ArtifactError: The model's files cannot be read, or it cannot be served.
        InvalidRequestError: The target does not run it as the file asks.
    """
    runtime = loaded.spec.runtime
    if not isinstance(runtime, ContainerRuntime):
        return _from_environment(ports, version, loaded, options)
    if not ports.service_descriptor.runs_containers:
        raise InvalidRequestError(
            f"{loaded.where('spec.runtime.type')}: spec.runtime.type: "
            f"the target {ports.target} does not run container images",
            "Use the conda runtime here: 'type: conda'.",
        )
    if isinstance(runtime.image, ImageBuild):
        return _from_made_image(ports, version, runtime, loaded, options)
    return _from_own_image(ports, version, runtime, loaded)


def _from_environment(ports: Ports, version: ModelVersion, loaded: LoadedSpec, options: CommandOptions) -> ModelDraft:
    facts = _servable(ports.source.inspect(version), version)
    environment = draft_environment(ports, facts, loaded, options)
    fetch, register = _ends(facts)
    return ModelDraft(facts=facts, environment=environment, steps=(fetch, *environment.steps, register), loaded=loaded)


def _from_made_image(
    ports: Ports, version: ModelVersion, runtime: ContainerRuntime, loaded: LoadedSpec, options: CommandOptions
) -> ModelDraft:
    facts = _servable(ports.source.inspect(version), version)
    image = draft_image(ports, facts, runtime, loaded, options)
    fetch, register = _ends(facts)
    steps = (fetch, *image.steps, register)
    return ModelDraft(facts=facts, environment=None, image=image, steps=steps, loaded=loaded)


def _from_own_image(ports: Ports, version: ModelVersion, runtime: ContainerRuntime, loaded: LoadedSpec) -> ModelDraft:
    facts = ports.source.inspect(version)
    use = draft_image_use(ports, runtime, loaded.spec.infrastructure, loaded)
    steps = (*use.steps, *_ends(facts))
    return ModelDraft(facts=facts, environment=None, steps=steps, loaded=loaded, image_notes=use.notes)


def _ends(facts: ModelFacts) -> tuple[FetchModel, RegisterModel]:
    return FetchModel(version=facts.version), RegisterModel(display_name=model_display_name(facts.version))


def _servable(facts: ModelFacts, version: ModelVersion) -> ModelFacts:
    if facts.is_pyfunc:
        return facts
    raise ArtifactError(
        version.uri,
        f"the model has no python_function flavor (it has: {', '.join(facts.flavors)}), so it cannot be served",
        "Log it with a flavor that adds python_function, or wrap it in an mlflow.pyfunc.PythonModel.",
    )
