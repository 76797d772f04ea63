"""Whether the tags of a resource are within the service's limits."""

from __future__ import annotations

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import IMAGE_TAG, PACK_TAG
from oci_mlflow_core.planning.desired import OWN_TAGS
from oci_mlflow_core.spec.loaded import LoadedSpec

#: Source: Tagging limits, Oracle Cloud Infrastructure documentation.
MOST_TAGS = 10
_LONGEST_VALUE = 256
_SHORTER = {
    PACK_TAG: "Give spec.runtime.spec.uri a shorter destination, name or version.",
    IMAGE_TAG: "Give spec.runtime.spec.image a shorter destination or name.",
}


def refuse_reserved_tags(loaded: LoadedSpec) -> None:
    """Looks at the keys of the file's free-form tags.

    Raises:
        InvalidRequestError: One is a tag that this project keeps itself.
    """
    for key in loaded.spec.freeform_tags or {}:
        if key in OWN_TAGS:
            path = f"spec.freeformTags.{key}"
            raise InvalidRequestError(
                f"{loaded.where(path)}: {path}: this plugin keeps that tag itself, to know what is served",
                "Leave it out, or take another key.",
            )


def check_tags(tags: dict[str, str]) -> None:
    """Looks at the free-form tags of a deployment, the user's own and this project's.

    Raises:
        InvalidRequestError: There are too many, or one of this project's is too long.
    """
    own = [key for key in tags if key in OWN_TAGS]
    if len(tags) > MOST_TAGS:
        raise InvalidRequestError(
            f"spec.freeformTags: {len(tags) - len(own)} tags are too many: a deployment can have {MOST_TAGS}, and "
            f"{len(own)} are needed for what it serves ({', '.join(sorted(own))})",
            f"Keep at most {MOST_TAGS - len(own)}, or use definedTags.",
        )
    for key in own:
        if len(tags[key]) > _LONGEST_VALUE:
            raise InvalidRequestError(
                f"'{tags[key]}' is too long to be kept in the tag '{key}' of the deployment: "
                f"at most {_LONGEST_VALUE} characters",
                _SHORTER.get(key, "Register the model, or shorten the path."),
            )
