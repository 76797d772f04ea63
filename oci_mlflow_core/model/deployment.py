"""Model deployments and catalog models as a deploy service reports them."""

from __future__ import annotations

import enum

import attrs

from oci_mlflow_core.model.routes import PREDICT

#: Free-form tag that holds the pinned model URI, as oci-mlflow writes it.
MODEL_URI_TAG = "mlflow_model_uri"
#: Free-form tag that holds the model URI as the user gave it.
REQUESTED_URI_TAG = "mlflow_requested_uri"
#: Free-form tag that ties a resource to the run of the command that made it.
RUN_TAG = "oci_mlflow_run"
#: Free-form tag that holds the SHA-256 of the runtime artifact of a catalog model.
ARTIFACT_TAG = "oci_mlflow_artifact"
#: Free-form tag that holds the location of the pack that a deployment reads.
PACK_TAG = "oci_mlflow_pack"
#: Free-form tag that holds the image that was made for a deployment, with its tag; absent where the user named one.
IMAGE_TAG = "oci_mlflow_image"
#: Free-form tag that holds the file name of the user's own score.py; absent where the project's is used.
SCORE_TAG = "oci_mlflow_score_code"
#: Free-form tag that holds the model's framework flavor.
FLAVOR_TAG = "mlflow_flavor"


class LifecycleState(str, enum.Enum):
    """Source: oci.data_science.models.ModelDeployment.lifecycle_state."""

    CREATING = "CREATING"
    ACTIVE = "ACTIVE"
    DELETING = "DELETING"
    FAILED = "FAILED"
    INACTIVE = "INACTIVE"
    UPDATING = "UPDATING"
    DELETED = "DELETED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"

    def __str__(self) -> str:
        return self.value

    @property
    def is_settled(self) -> bool:
        """Whether nothing is going on that will change it."""
        return self not in {LifecycleState.CREATING, LifecycleState.UPDATING, LifecycleState.DELETING}

    @property
    def serves(self) -> bool:
        """Whether it answers predictions."""
        return self in {LifecycleState.ACTIVE, LifecycleState.UPDATING, LifecycleState.NEEDS_ATTENTION}


@attrs.frozen(kw_only=True)
class CatalogModel:
    """A model in the service's catalog: an artifact that deployments can serve."""

    id: str
    display_name: str = ""
    freeform_tags: dict[str, str] = attrs.field(factory=dict, hash=False)
    #: Whether its artifact is there; a command that was killed between the two leaves a model without.
    complete: bool = True


@attrs.frozen(kw_only=True)
class Deployment:
    """One model deployment as the service sees it now."""

    #: OCID.
    id: str
    #: Display name; OCI does not keep it unique.
    name: str
    state: LifecycleState
    #: Where it answers, without ``/predict``; empty while it has none.
    url: str = ""
    #: Where below the URL predictions are asked for.
    predict_route: str = PREDICT
    #: OCID of the catalog model that it serves.
    model_id: str = ""
    #: Why it is in this state, in the service's words.
    lifecycle_details: str = ""
    #: RFC 3339.
    time_created: str = ""
    freeform_tags: dict[str, str] = attrs.field(factory=dict, hash=False)
    #: The last lines of the deployment's log, where the service gives them and they explain the state.
    log_tail: tuple[str, ...] = ()

    @property
    def model_uri(self) -> str:
        return self.freeform_tags.get(MODEL_URI_TAG, "")

    @property
    def pack_uri(self) -> str:
        return self.freeform_tags.get(PACK_TAG, "")

    @property
    def image(self) -> str:
        """The image that was made for it; empty for one that the user named, and for a pack."""
        return self.freeform_tags.get(IMAGE_TAG, "")

    @property
    def framework(self) -> str:
        """The model's flavor beside ``python_function``, such as ``sklearn``; empty where it is not known."""
        return self.freeform_tags.get(FLAVOR_TAG, "")


@attrs.frozen(kw_only=True)
class Observation:
    """One look at something that the service is doing."""

    deployment: Deployment
    #: What is going on, in a few words, such as ``unpacking the environment``.
    activity: str = ""
    #: 0 to 100; None where the service does not say.
    percent: float | None = None
    #: Whether the last order succeeded; None while it goes on, and where the service does not say.
    succeeded: bool | None = None
    #: What the service has logged about the order so far, oldest first.
    messages: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Answer:
    """A deployment's answer to one prediction request."""

    #: HTTP status.
    status: int
    body: bytes
    content_type: str = "application/json"
    request_id: str = ""


@attrs.frozen(kw_only=True)
class FieldChange:
    """One difference between what a deployment has and what it should have."""

    #: The key as the deployment file spells it, dotted from the root, such as ``spec.infrastructure.spec.replica``.
    path: str
    old: object
    new: object
    #: Whether the values may not be shown: environment variables often hold credentials.
    hidden: bool = False

    def __str__(self) -> str:
        if not self.hidden:
            return f"{self.path}: {_shown(self.old)} → {_shown(self.new)}"
        done = "set" if self.old is None else "removed" if self.new is None else "changed"
        return f"{self.path}: {done}"


def _shown(value: object) -> str:
    return "(none)" if value is None else str(value)
