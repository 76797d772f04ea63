"""Every setting belongs to one group of what may travel together."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.planning.edits.deployments import SERVED, passes
from unit.planning.edits.filled import field_names, filled, value_of

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import MODEL_URI_TAG, RUN_TAG
from oci_mlflow_core.planning.desired import changes_between
from oci_mlflow_core.planning.edits.groups import FOR_LIFE, GROUPS, EditGroup, group_of
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.runtime import ContainerRuntime

_NETWORK = {field for field, group in GROUPS.items() if group is EditGroup.NETWORK}
#: Fields that any two live deployments may differ in.
_FREE = [name for name in field_names(Infrastructure) if name not in FOR_LIFE | _NETWORK | {"compute_target_details"}]
_CHOICES = {name: [None, *(value_of(Infrastructure, name, variant) for variant in (1, 2))] for name in _FREE}
_CONTAINERS = [filled(ContainerRuntime, variant) for variant in (1, 2)]
_TEXTS = st.sampled_from(["", "one", "two"])
_MAPS = st.dictionaries(st.sampled_from(["A1", "B1", "C1"]), st.sampled_from(["one", "two"]), max_size=3)


def differing(**fields: Any) -> list[str]:
    return [change.path for change in changes_between(SERVED, attrs.evolve(SERVED, **fields))]


@pytest.mark.parametrize("name", field_names(Infrastructure))
def test_every_field_of_the_infrastructure_has_a_group_or_stays_for_life(name: str) -> None:
    assert (name in GROUPS) is not (name in FOR_LIFE)


def test_no_group_is_for_a_field_that_is_gone() -> None:
    assert GROUPS.keys() | FOR_LIFE == set(field_names(Infrastructure))


@pytest.mark.parametrize("name", [name for name in field_names(Infrastructure) if name != "web_concurrency"])
def test_every_path_of_the_infrastructure_is_in_its_fields_group(name: str) -> None:
    lone = Infrastructure(**{name: value_of(Infrastructure, name, 1)})

    changes = changes_between(
        attrs.evolve(SERVED, infrastructure=Infrastructure()), attrs.evolve(SERVED, infrastructure=lone)
    )

    groups = {group_of(change.path, scales_itself=False) for change in changes}
    assert groups == {GROUPS.get(name)}


@pytest.mark.parametrize(
    "name", [name for name in field_names(ContainerRuntime) if name not in {"env", "model_group_id"}]
)
def test_every_path_of_a_container_is_of_the_environment(name: str) -> None:
    lone = ContainerRuntime(**{name: value_of(ContainerRuntime, name, 1)})

    paths = differing(container=lone)

    assert paths
    assert {group_of(path, scales_itself=False) for path in paths} == {EditGroup.RUNTIME}


@pytest.mark.parametrize(
    ("fields", "group"),
    [
        ({"name": "theft"}, EditGroup.IDENTITY),
        ({"description": "finds theft"}, EditGroup.IDENTITY),
        ({"freeform_tags": {**SERVED.freeform_tags, "team": "theft"}}, EditGroup.IDENTITY),
        ({"defined_tags": {"cost": {"centre": 7}}}, EditGroup.IDENTITY),
        ({"environment_variables": {}}, EditGroup.RUNTIME),
        ({"environment_variables": {"LEVEL": "info", "WEB_CONCURRENCY": "2"}}, EditGroup.RUNTIME),
        ({"model_id": "ocid1.datasciencemodel.two"}, EditGroup.MODEL),
        ({"model_group_id": "ocid1.datasciencemodelgroup.two"}, EditGroup.MODEL),
        ({"freeform_tags": {**SERVED.freeform_tags, MODEL_URI_TAG: "models:/fraud/2"}}, EditGroup.RECORD),
        ({"freeform_tags": {**SERVED.freeform_tags, RUN_TAG: "run 2"}}, EditGroup.RECORD),
    ],
)
def test_every_other_setting_has_a_group(fields: dict[str, object], group: EditGroup) -> None:
    paths = differing(**fields)

    assert {group_of(path, scales_itself=False) for path in paths} == {group}


def test_the_group_id_of_a_container_is_of_the_model_alone() -> None:
    before = attrs.evolve(SERVED, container=ContainerRuntime(model_group_id="one"), model_group_id="one")
    after = attrs.evolve(SERVED, container=ContainerRuntime(model_group_id="two"), model_group_id="two")

    assert [change.path for change in changes_between(before, after)] == ["modelGroupId"]


@pytest.mark.parametrize(("scales_itself", "group"), [(False, EditGroup.COMPUTE), (True, EditGroup.SCALING)])
def test_the_replica_is_part_of_the_rule_where_there_is_one(scales_itself: bool, group: EditGroup) -> None:  # noqa: FBT001
    assert group_of("spec.infrastructure.spec.replica", scales_itself=scales_itself) is group


@st.composite
def deployments(draw: st.DrawFn) -> DesiredDeployment:
    fields = {name: draw(st.sampled_from(choices)) for name, choices in _CHOICES.items()}
    own = {key: draw(_TEXTS) for key in (MODEL_URI_TAG, RUN_TAG) if draw(st.booleans())}
    return DesiredDeployment(
        name=draw(st.sampled_from(["fraud", "theft"])),
        model_id=draw(st.sampled_from(["one", "two"])),
        description=draw(_TEXTS),
        freeform_tags={**draw(_MAPS), **own},
        defined_tags=draw(st.sampled_from([{}, {"cost": {"centre": 7}}])),
        infrastructure=Infrastructure(**fields),
        environment_variables=draw(_MAPS),
        container=draw(st.sampled_from(_CONTAINERS)),
    )


@given(current=deployments(), desired=deployments())
def test_the_passes_one_after_the_other_give_what_is_desired_and_each_is_of_one_group(
    current: DesiredDeployment, desired: DesiredDeployment
) -> None:
    scales = any(each.infrastructure.auto_scaling is not None for each in (current, desired))

    edits = passes(current, desired)

    standing = current
    for edit in edits:
        made = changes_between(standing, edit.desired)
        assert {group_of(change.path, scales_itself=scales) for change in made} == {edit.group}
        assert set(map(str, made)) == set(map(str, edit.changes))
        standing = edit.desired
    assert changes_between(standing, desired) == ()
    assert [edit.group for edit in edits] == [group for group in EditGroup if group in {edit.group for edit in edits}]


@given(current=deployments(), desired=deployments())
def test_passes_of_nothing_are_never_made(current: DesiredDeployment, desired: DesiredDeployment) -> None:
    assert bool(passes(current, desired)) is bool(changes_between(current, desired))


@pytest.mark.parametrize("name", sorted(FOR_LIFE))
def test_what_stays_for_life_is_refused(name: str) -> None:
    desired = attrs.evolve(
        SERVED, infrastructure=attrs.evolve(SERVED.infrastructure, **{name: value_of(Infrastructure, name, 1)})
    )

    with pytest.raises(InvalidRequestError, match="cannot be changed"):
        passes(SERVED, desired)
