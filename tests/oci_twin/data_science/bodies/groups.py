"""What is said of projects, model version sets and model groups."""

from __future__ import annotations

from oci_twin.data_science.bodies.documents import Document, Kinds
from oci_twin.data_science.bodies.tags import DESCRIBED
from oci_twin.data_science.bodies.values import Many, Text, Value, ocid

CREATE_PROJECT = Document(required={"compartmentId": Text()}, optional=DESCRIBED)
UPDATE_PROJECT = Document(optional=DESCRIBED)

_TAGGED: dict[str, Value] = {key: value for key, value in DESCRIBED.items() if key != "displayName"}
_OWNED: dict[str, Value] = {"compartmentId": Text(), "projectId": ocid("datascienceproject")}

CREATE_VERSION_SET = Document(required={**_OWNED, "name": Text(longest=255)}, optional=_TAGGED)
UPDATE_VERSION_SET = Document(optional=_TAGGED)

_CUSTOM = Many(Document(optional={"key": Text(), "value": Text(), "description": Text(), "category": Text()}))
_MODEL_ID = ocid("datasciencemodel")
_DETAILS = Kinds(
    "type",
    {
        "HOMOGENEOUS": Document(optional={"customMetadataList": _CUSTOM}),
        "HETEROGENEOUS": Document(optional={"customMetadataList": _CUSTOM}),
        "STACKED": Document(required={"baseModelId": _MODEL_ID}, optional={"customMetadataList": _CUSTOM}),
    },
)
_MEMBERS = Document(
    optional={
        "memberModelDetails": Many(
            Document(required={"modelId": _MODEL_ID}, optional={"inferenceKey": Text()}), least=1
        )
    }
)

#: By cloning another group too, which the twin does not offer.
CREATE_MODEL_GROUP = Kinds(
    "createType",
    {
        "CREATE": Document(
            required={**_OWNED, "modelGroupDetails": _DETAILS, "memberModelEntries": _MEMBERS},
            optional={**DESCRIBED, "modelGroupVersionHistoryId": Text(), "versionLabel": Text(longest=255)},
        )
    },
)
UPDATE_MODEL_GROUP = Document(optional={**DESCRIBED, "versionLabel": Text(longest=255)})
