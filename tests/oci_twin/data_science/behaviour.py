"""The choices that the twin makes where OCI's documentation does not say, and the limits that may change."""

from __future__ import annotations

from typing import Literal

import attrs

EditRules = Literal["strict", "lenient"]


@attrs.frozen
class Behaviour:
    """How the control plane decides what its documentation leaves open.

    The defaults are the strictest common reading, so that a client which satisfies them satisfies the others.
    """

    #: Fields that the API does not declare are refused with 400 rather than ignored.
    refuse_unknown_fields: bool = True
    #: Bytes of an artifact that is uploaded directly, and of one that comes from a bucket.
    max_artifact_bytes: int = 2 * 1024**3
    max_exported_bytes: int = 400 * 1024**3
    #: Bytes of a model's custom and defined metadata together, as JSON.
    max_metadata_bytes: int = 32_000
    #: Characters of a metadata item's value and description.
    max_metadata_value: int = 255
    max_metadata_description: int = 255
    #: Free-form and defined tags of a resource, characters of a key and of a value.
    max_freeform_tags: int = 10
    max_defined_tags: int = 64
    max_tag_key: int = 100
    max_tag_value: int = 256
    #: Whether values of Framework and UseCaseType are checked against the known ones.
    check_defined_values: bool = True
    #: Whether a deployment and its model have to be in one compartment.
    model_in_same_compartment: bool = True
    #: What happens to a model that has no artifact or is not ACTIVE when it is to be deployed.
    model_without_artifact_status: int = 400
    inactive_model_status: int = 409
    #: The code of the 409 for a model that a deployment or a group uses.
    model_in_use_code: str = "Conflict"
    #: What happens to an image that the twin was given no server for.
    unknown_images: Literal["accept", "refuse"] = "accept"
    #: Whether ``datascience`` may read and write objects; false is a tenancy without that policy.
    service_may_use_buckets: bool = True
    #: Seconds that what was deleted can still be read.
    tombstone_seconds: float = 86_400
    #: Items of a page when no ``limit`` is given.
    page: int = 50
    #: What a PUT does to the members of a nested object that it mentions without them: they go with the rest of the
    #: object (``groups``), or they stay (``members``). A member that is null goes either way.
    update_replaces: Literal["groups", "members"] = "groups"
    #: Whether GET shows the defaults that nobody gave, such as the bandwidth and the number of instances.
    shows_defaults: bool = True
    #: The status for an edit that the rules do not allow.
    edit_rule_status: int = 400
    #: Whether NEEDS_ATTENTION takes every edit that ACTIVE does, or those alone that the SDK's docstring names: shape,
    #: instance count, model, load balancer and logs, with name, description and tags.
    needs_attention_takes: Literal["all", "documented"] = "all"
    #: Whether name, description and tags of an active deployment have to travel without anything else.
    identity_alone: bool = False
    #: Whether subnet, private endpoint and access type of an active deployment can be changed.
    live_networking: bool = False
    #: Whether a flexible shape's settings are refused for a shape that has none, rather than ignored.
    refuse_odd_shape_config: bool = True
    #: What GET shows between an update's acceptance and its end.
    updating_shows: Literal["old", "new"] = "new"
    #: Where a failed update ends; its old generation serves on in NEEDS_ATTENTION alone.
    failed_update_state: Literal["NEEDS_ATTENTION", "FAILED"] = "NEEDS_ATTENTION"
    #: Whether an update that succeeds ends NEEDS_ATTENTION.
    update_mends: bool = True
    #: Where a failed activation ends.
    failed_activation_state: Literal["FAILED", "INACTIVE", "NEEDS_ATTENTION"] = "FAILED"
    deactivate_needs_attention: bool = True
    delete_needs_attention: bool = True
    #: Whether the logs and errors of a work request begin with the last one.
    newest_entries_first: bool = False
    #: Whether ``modelDeploymentUrl`` is there while the deployment is CREATING.
    url_while_creating: bool = True
    #: The SDK says that a work request can be cancelled which "has not started"; true lets a running one be, too.
    cancel_running_work_requests: bool = False
