"""The orders, one after the other, that bring a deployment from what it is to what it should be."""

from __future__ import annotations

import enum

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import FieldChange, LifecycleState
from oci_mlflow_core.model.options import UpdateStrategy
from oci_mlflow_core.planning.edits.groups import EditGroup, after, group_of
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.spec.infrastructure import NetworkAccessType

_SUBNET = "spec.infrastructure.spec.subnetId"
_DEACTIVATE_FIRST = "update-strategy=deactivate-first"


class Order(str, enum.Enum):
    """What one pass orders."""

    DEACTIVATE = "deactivate"
    CHANGE = "change"
    ACTIVATE = "activate"


@attrs.frozen(kw_only=True)
class EditPass:
    """One order; the service has to be done with it before the next."""

    order: Order
    #: What it changes; None where it is everything at once, or nothing.
    group: EditGroup | None = None
    changes: tuple[FieldChange, ...] = ()
    #: The deployment after this pass.
    desired: DesiredDeployment

    @property
    def title(self) -> str:
        """In a few words."""
        if self.order is not Order.CHANGE:
            return f"{self.order.value} it"
        return f"change the {self.group}" if self.group else "change it"


def plan_passes(
    current: DesiredDeployment,
    desired: DesiredDeployment,
    changes: tuple[FieldChange, ...],
    state: LifecycleState,
    strategy: UpdateStrategy,
) -> tuple[EditPass, ...]:
    """The passes in order; empty where nothing differs.

    Raises:
        InvalidRequestError: A change cannot be made at all, or not to a deployment that serves.
    """
    if not changes:
        return ()
    scales = current.infrastructure.auto_scaling is not None or desired.infrastructure.auto_scaling is not None
    grouped = _grouped(current, desired, changes, scales_itself=scales)
    if state is LifecycleState.INACTIVE:
        return (EditPass(order=Order.CHANGE, changes=changes, desired=desired),)
    if strategy is UpdateStrategy.DEACTIVATE_FIRST and set(grouped) - {EditGroup.IDENTITY}:
        return (
            EditPass(order=Order.DEACTIVATE, desired=current),
            EditPass(order=Order.CHANGE, changes=changes, desired=desired),
            EditPass(order=Order.ACTIVATE, desired=desired),
        )
    _refuse_live(current, desired, grouped)
    passes, standing = [], current
    for group in EditGroup:
        if group in grouped:
            standing = after(standing, desired, group)
            passes.append(EditPass(order=Order.CHANGE, group=group, changes=grouped[group], desired=standing))
    return tuple(passes)


def _grouped(
    current: DesiredDeployment, desired: DesiredDeployment, changes: tuple[FieldChange, ...], *, scales_itself: bool
) -> dict[EditGroup, tuple[FieldChange, ...]]:
    grouped: dict[EditGroup, tuple[FieldChange, ...]] = {}
    for change in changes:
        group = group_of(change.path, scales_itself=scales_itself)
        if group is None:
            raise _never(change)
        grouped[group] = (*grouped.get(group, ()), change)
    if bool(current.model_group_id) is not bool(desired.model_group_id):
        raise InvalidRequestError(
            "a deployment of one model cannot become one of a model group, or the other way round",
            "Create another deployment.",
        )
    _refuse_managed_networking(current, desired)
    return grouped


def _never(change: FieldChange) -> InvalidRequestError:
    if change.path.endswith(".compartmentId"):
        how = "'oci data-science model-deployment change-compartment' moves it; the file then names the new one."
    else:
        how = "Create another deployment with it, and delete this one."
    return InvalidRequestError(f"{change.path} of a deployment cannot be changed ({change.old} → {change.new})", how)


def _refuse_managed_networking(current: DesiredDeployment, desired: DesiredDeployment) -> None:
    """Custom networking cannot be left again.

    Source: OCI documentation, "Editing Model Deployments".
    """
    if _is_custom(current) and not _is_custom(desired):
        raise InvalidRequestError(
            f"{_SUBNET}: a deployment with custom networking cannot go back to the service's own",
            "Create another deployment without subnetId, and delete this one.",
        )


def _is_custom(deployment: DesiredDeployment) -> bool:
    infrastructure = deployment.infrastructure
    return bool(infrastructure.subnet_id) or infrastructure.network_access_type is NetworkAccessType.CUSTOM_NETWORKING


def _refuse_live(
    current: DesiredDeployment, desired: DesiredDeployment, grouped: dict[EditGroup, tuple[FieldChange, ...]]
) -> None:
    """What OCI takes from an inactive deployment alone."""
    offline = list(grouped.get(EditGroup.NETWORK, ()))
    if (current.container is None) is not (desired.container is None):
        offline += grouped.get(EditGroup.RUNTIME, ())[:1]
    if offline:
        paths = ", ".join(change.path for change in offline)
        raise InvalidRequestError(
            f"{paths}: can only be changed while the deployment is inactive",
            f"Add '-C {_DEACTIVATE_FIRST}': it is deactivated, changed and activated, and does not answer meanwhile.",
        )
