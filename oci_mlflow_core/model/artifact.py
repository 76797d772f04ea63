"""A version of an MLflow model, what is known about it, and the artifact that a deployment serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, Protocol

import attrs


@attrs.frozen(kw_only=True)
class ModelVersion:
    """What a model URI stood for at the moment it was resolved; aliases and stages do not move it afterwards."""

    #: As the user gave it.
    uri: str
    #: A URI that always means this version: ``models:/name/7``, ``models:/m-…``, ``runs:/…`` or the path itself.
    pinned_uri: str
    #: Name in the registry; None for a model that was not taken from there.
    name: str | None = None
    #: Version in the registry; None for a model that was not taken from there.
    version: str | None = None
    run_id: str | None = None
    #: MLflow 3's logged model id (``m-…``).
    model_id: str | None = None

    @property
    def suggested_name(self) -> str:
        """A name for things made from this model: the registered model's, else the last part of the URI."""
        if self.name:
            return self.name
        return self.pinned_uri.rstrip("/").rpartition("/")[2] or "model"


@attrs.frozen(kw_only=True)
class ModelOrigin:
    """Where a model was made and is kept; what is not known is empty."""

    #: Without credentials.
    tracking_uri: str = ""
    #: Where its files are kept, without credentials.
    artifact_location: str = ""
    #: Page of the version in MLflow's own user interface.
    registry_link: str = ""
    #: Of the version in the registry, else of the registered model.
    description: str = ""
    #: Source: the run's tags ``mlflow.source.git.*`` and ``mlflow.source.name``.
    repository_url: str = ""
    git_branch: str = ""
    git_commit: str = ""
    training_script: str = ""


@attrs.frozen(kw_only=True)
class ModelFacts:
    """What a model's own files say, read without loading the model."""

    version: ModelVersion
    flavors: tuple[str, ...]
    #: The MLflow that wrote the model; empty where ``MLmodel`` does not say.
    mlflow_version: str = ""
    #: ISO 8601, UTC; empty where ``MLmodel`` does not say.
    time_created: str = ""
    #: ``MLmodel``'s signature as plain JSON types; None for a model without one.
    signature: dict[str, Any] | None = attrs.field(default=None, hash=False)
    #: The text of ``serving_input_example.json``; None for a model logged without an example.
    serving_input: str | None = None
    #: The environment files of the model by name (``conda.yaml``, ``python_env.yaml``, ``requirements.txt``, …).
    environment_files: dict[str, str] = attrs.field(factory=dict, hash=False)
    #: Wheels below the model's folder, relative to it, in order.
    wheels: tuple[str, ...] = ()
    #: SHA-256 of those wheels that the environment files speak of, by the same relative path.
    wheel_digests: dict[str, str] = attrs.field(factory=dict, hash=False)
    #: The Python that wrote the model (``python_function.python_version``); empty where ``MLmodel`` does not say.
    python_version: str = ""
    #: What ``MLmodel`` says of `framework_flavor` in single words and numbers, such as ``sklearn_version``, as text.
    framework_settings: dict[str, str] = attrs.field(factory=dict, hash=False)

    @property
    def is_pyfunc(self) -> bool:
        """Whether the model can be served: MLflow's ``python_function`` flavor is there."""
        return "python_function" in self.flavors

    @property
    def framework_flavor(self) -> str:
        """The flavor that is not ``python_function``, where there is one."""
        return next((name for name in self.flavors if name != "python_function"), "python_function")


@attrs.frozen(kw_only=True)
class RuntimeDescription:
    """What ``runtime.yaml`` says of the environment that the service has to lay out (``INFERENCE_CONDA_ENV``).

    Source: OCI documentation, "Model artifact: runtime.yaml"; all four keys are written although ADS asks for two.
    """

    #: ``INFERENCE_ENV_SLUG``.
    slug: str
    #: ``INFERENCE_ENV_PATH``, an ``oci://`` URI.
    pack_uri: str
    #: ``INFERENCE_PYTHON_VERSION``, ``major.minor``; written in quotes, or 3.10 would become 3.1.
    python: str
    #: ``INFERENCE_ENV_TYPE``: ``published`` (a pack in the user's own bucket) or ``data_science`` (OCI's).
    type: str = "published"


class RuntimeArtifact(Protocol):
    """The zip that the service unpacks and serves; a stream of known length that can be read many times."""

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    @property
    def sha256(self) -> str:
        """Of the whole zip; equal for equal model, score.py and runtime.yaml."""
        ...

    def open(self) -> BinaryIO:
        """A new stream of the zip's bytes; the caller closes it."""
        ...


@attrs.frozen(kw_only=True)
class FetchedModel:
    """A model's files in a folder on this machine."""

    path: Path
    version: ModelVersion
