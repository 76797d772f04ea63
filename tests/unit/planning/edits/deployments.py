"""Deployments to go from and to."""

from __future__ import annotations

from typing import Any

import attrs

from oci_mlflow_core.model.deployment import MODEL_URI_TAG, RUN_TAG, LifecycleState
from oci_mlflow_core.model.options import UpdateStrategy
from oci_mlflow_core.planning.desired import changes_between
from oci_mlflow_core.planning.edits.passes import EditPass, EditPlanner
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import Infrastructure, ShapeConfig

SERVED = DesiredDeployment(
    name="fraud",
    model_id="ocid1.datasciencemodel.one",
    freeform_tags={"team": "risk", MODEL_URI_TAG: "models:/fraud/1", RUN_TAG: "run 1"},
    infrastructure=Infrastructure(
        shape_name="VM.Standard.E4.Flex",
        shape_config_details=ShapeConfig(ocpus=1, memory_in_gbs=16),
        replica=1,
        bandwidth_mbps=10,
    ),
    environment_variables={"LEVEL": "info"},
)
SECOND_MODEL: dict[str, Any] = {
    "model_id": "ocid1.datasciencemodel.two",
    "freeform_tags": {"team": "risk", MODEL_URI_TAG: "models:/fraud/2", RUN_TAG: "run 2"},
}


def with_infrastructure(deployment: DesiredDeployment, **fields: Any) -> DesiredDeployment:
    """`deployment` with these fields of its infrastructure."""
    return attrs.evolve(deployment, infrastructure=attrs.evolve(deployment.infrastructure, **fields))


def passes(
    current: DesiredDeployment,
    desired: DesiredDeployment,
    state: LifecycleState = LifecycleState.ACTIVE,
    strategy: UpdateStrategy = UpdateStrategy.IN_PLACE,
    *,
    activates: bool = False,
) -> tuple[EditPass, ...]:
    """The passes from one to the other."""
    planner = EditPlanner(current=current, state=state, strategy=strategy, activates=activates)
    return planner.passes(desired, changes_between(current, desired))


def titles(edits: tuple[EditPass, ...]) -> list[str]:
    """What each pass is called."""
    return [edit.title for edit in edits]
