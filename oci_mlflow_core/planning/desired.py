"""From the deployment file to a deployment as it should be, and how that differs from what is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.deployment import (
    FLAVOR_TAG,
    IMAGE_TAG,
    MODEL_URI_TAG,
    PACK_TAG,
    REQUESTED_URI_TAG,
    RUN_TAG,
    SCORE_TAG,
    FieldChange,
)
from oci_mlflow_core.model.image import ImageReference
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.planning.containers import served_container
from oci_mlflow_core.planning.logs import with_both_logs, with_both_resets
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.keys import Key, key_of
from oci_mlflow_core.spec.runtime import ContainerRuntime

#: Tags that this project sets; a file's freeformTags are kept apart from them.
OWN_TAGS = frozenset({MODEL_URI_TAG, REQUESTED_URI_TAG, RUN_TAG, FLAVOR_TAG, PACK_TAG, IMAGE_TAG, SCORE_TAG})
#: Where changes of those tags are told, apart from those of the file.
OWN_TAGS_PATH = "ownTags."
_WEB_CONCURRENCY = "WEB_CONCURRENCY"
_ENV_PATH = "spec.runtime.spec.env."


def model_tags(
    facts: ModelFacts,
    run_id: str,
    *,
    pack: ObjectLocation | None,
    score_code: Path | None,
    image: ImageReference | None = None,
) -> dict[str, str]:
    """The free-form tags that tie a resource to the model, the environment and the run it was made from."""
    tags = {
        MODEL_URI_TAG: facts.version.pinned_uri,
        REQUESTED_URI_TAG: facts.version.uri,
        FLAVOR_TAG: facts.framework_flavor,
        RUN_TAG: run_id,
    }
    if pack:
        tags[PACK_TAG] = str(pack)
    if image:
        tags[IMAGE_TAG] = str(attrs.evolve(image, digest=""))
    if score_code:
        tags[SCORE_TAG] = score_code.name
    return tags


def desired_deployment(name: str, spec: DeploymentSpec, model_id: str, own_tags: dict[str, str]) -> DesiredDeployment:
    """The deployment that the file asks for, where there is none yet."""
    infrastructure = with_both_logs(spec.infrastructure or Infrastructure())
    return DesiredDeployment(
        name=name,
        model_id=model_id,
        description=spec.description or "",
        compartment_id=infrastructure.compartment_id or "",
        project_id=infrastructure.project_id or "",
        freeform_tags={**(spec.freeform_tags or {}), **own_tags},
        defined_tags=spec.defined_tags or {},
        infrastructure=infrastructure,
        environment_variables=spec.environment_variables,
        container=served_container(spec.runtime) if isinstance(spec.runtime, ContainerRuntime) else None,
        model_group_id=(spec.runtime and spec.runtime.model_group_id) or "",
    )


def merged_deployment(
    current: DesiredDeployment,
    spec: DeploymentSpec,
    resets: frozenset[str],
    *,
    name: str | None = None,
    variables_one_by_one: bool = False,
) -> DesiredDeployment:
    """`current` with what the file mentions set, what it says ``null`` to reset, and all else as it was.

    Environment variables are replaced as a whole, as OCI does, unless they were given one by one
    (``-C spec.runtime.spec.env.NAME=value``): then the others stay.
    """
    own = {key: value for key, value in current.freeform_tags.items() if key in OWN_TAGS}
    tags = current.freeform_tags
    given = with_both_logs(spec.infrastructure) if spec.infrastructure else None
    if spec.freeform_tags is not None or "spec.freeformTags" in resets:
        tags = {**(spec.freeform_tags or {}), **own}
    return attrs.evolve(
        current,
        name=name or current.name,
        description=_chosen(spec.description, current.description, "", "spec.description" in resets),
        freeform_tags=tags,
        defined_tags=_chosen(spec.defined_tags, current.defined_tags, {}, "spec.definedTags" in resets),
        infrastructure=_merged(
            with_both_logs(current.infrastructure), given, with_both_resets(resets), "spec.infrastructure.spec"
        ),
        environment_variables=_merged_variables(current, spec, resets, keep_others=variables_one_by_one),
        model_group_id=(spec.runtime and spec.runtime.model_group_id) or current.model_group_id,
        container=_merged_container(current, spec, resets),
    )


def changes_between(
    current: DesiredDeployment, desired: DesiredDeployment, hidden: Collection[str] = ()
) -> tuple[FieldChange, ...]:
    """Every setting that differs, as the deployment file spells it, in the file's order.

    The values of environment variables are marked as hidden, and so are those at the paths in `hidden`.
    """
    return tuple(
        FieldChange(path=path, old=old, new=new, hidden=path in hidden or _may_be_secret(path))
        for path, old, new in _differences(_settings(current), _settings(desired))
    )


def told(changes: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """Those that a user knows by name: not OCIDs of catalog models and the tags that go with them."""
    return tuple(change for change in changes if change.path != "modelId" and not change.path.startswith(OWN_TAGS_PATH))


def _may_be_secret(path: str) -> bool:
    return path.startswith(_ENV_PATH) and path != f"{_ENV_PATH}{_WEB_CONCURRENCY}"


def _merged_variables(
    current: DesiredDeployment, spec: DeploymentSpec, resets: frozenset[str], *, keep_others: bool
) -> dict[str, str]:
    """The environment variables: replaced as a whole where the file has any, but for the one with a key of its own."""
    variables = {
        key: value for key, value in current.environment_variables.items() if f"{_ENV_PATH}{key}" not in resets
    }
    given = spec.runtime is not None and spec.runtime.env is not None
    if (given and not keep_others) or _ENV_PATH.rstrip(".") in resets:
        variables = {key: variables[key] for key in (_WEB_CONCURRENCY,) if key in variables}
    if "spec.infrastructure.spec.webConcurrency" in resets:
        variables.pop(_WEB_CONCURRENCY, None)
    return {**variables, **spec.environment_variables}


def _merged_container(
    current: DesiredDeployment, spec: DeploymentSpec, resets: frozenset[str]
) -> ContainerRuntime | None:
    """The container, without what has a place of its own; none where the file names the other type of runtime."""
    if spec.runtime is None:
        return current.container
    if not isinstance(spec.runtime, ContainerRuntime):
        return None
    before = current.container or ContainerRuntime()
    if spec.runtime.image not in {None, before.image}:
        # they are those of the image that is served now
        before = attrs.evolve(before, image_digest=None, image_signature_id=None)
    container: ContainerRuntime = _merged(before, spec.runtime, resets, "spec.runtime.spec")
    return served_container(attrs.evolve(container, env=None, model_group_id=None))


def _chosen(given: Any, current: Any, default: Any, reset: bool) -> Any:  # noqa: ANN401, FBT001
    if reset:
        return default
    return current if given is None else given


def _merged(current: Any, given: Any, resets: frozenset[str], path: str) -> Any:  # noqa: ANN401
    """`current` with the fields that `given` mentions, and those below `path` that are reset."""
    values: dict[str, Any] = {}
    for field in attrs.fields(type(current)):
        below = f"{path}.{key_of(field).name}"
        mine, new = getattr(current, field.name), getattr(given, field.name) if given is not None else None
        if below in resets:
            values[field.name] = None
        elif attrs.has(type(new)) and attrs.has(type(mine)) and type(new) is type(mine):
            values[field.name] = _merged(mine, new, resets, below)
        elif new is not None:
            values[field.name] = new
        elif attrs.has(type(mine)):
            values[field.name] = _merged(mine, None, resets, below)
        else:
            values[field.name] = mine
    return type(current)(**values)


def _settings(desired: DesiredDeployment) -> dict[str, object]:
    """Every leaf by its path in the file."""
    leaves: dict[str, object] = {
        "spec.displayName": desired.name,
        "spec.description": desired.description or None,
        "model": desired.freeform_tags.get(MODEL_URI_TAG) or None,
        "modelId": desired.model_id or None,
        "modelGroupId": desired.model_group_id or None,
    }
    leaves.update({f"{OWN_TAGS_PATH}{key}": value for key, value in desired.freeform_tags.items() if key in OWN_TAGS})
    leaves.update(
        {f"spec.freeformTags.{key}": value for key, value in desired.freeform_tags.items() if key not in OWN_TAGS}
    )
    leaves.update(
        {
            f"spec.definedTags.{namespace}.{key}": value
            for namespace, tags in desired.defined_tags.items()
            for key, value in tags.items()
        }
    )
    leaves.update(_leaves(with_both_logs(desired.infrastructure), "spec.infrastructure.spec"))
    leaves.pop("spec.infrastructure.spec.webConcurrency", None)
    leaves.update({f"{_ENV_PATH}{key}": value for key, value in desired.environment_variables.items()})
    if desired.container is not None:
        container = attrs.evolve(desired.container, env=None, model_group_id=None)
        leaves.update(_leaves(container, "spec.runtime.spec"))
    return leaves


def _leaves(value: Any, path: str) -> Iterator[tuple[str, object]]:  # noqa: ANN401
    for field in attrs.fields(type(value)):
        key: Key = key_of(field)
        leaf = getattr(value, field.name)
        below = f"{path}.{key.name}"
        if leaf is None or key.unused:
            continue
        if attrs.has(type(leaf)):
            yield from _leaves(leaf, below)
        else:
            yield below, str(leaf) if isinstance(leaf, Path) else leaf


def _differences(old: dict[str, object], new: dict[str, object]) -> Iterator[tuple[str, object, object]]:
    for path in dict.fromkeys([*old, *new]):
        if old.get(path) != new.get(path):
            yield path, old.get(path), new.get(path)
