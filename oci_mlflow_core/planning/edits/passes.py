"""The orders, one after the other, that bring a deployment from what it is to what it should be."""

from __future__ import annotations

import enum

import attrs

from oci_mlflow_core.model.deployment import FieldChange, LifecycleState
from oci_mlflow_core.model.options import UpdateStrategy
from oci_mlflow_core.planning.edits.groups import EditGroup, after, group_of, without_record
from oci_mlflow_core.planning.edits.refusals import (
    refuse_for_life,
    refuse_leaving_a_subnet,
    refuse_live,
    refuse_other_kind,
)
from oci_mlflow_core.ports.deploy_service import DesiredDeployment

_Grouped = dict[EditGroup, tuple[FieldChange, ...]]


class Order(str, enum.Enum):
    """What one pass orders."""

    DEACTIVATE = "deactivate"
    CHANGE = "change"
    ACTIVATE = "activate"

    def __str__(self) -> str:
        return self.value


@attrs.frozen(kw_only=True)
class EditPass:
    """One order; the service has to be done with it before the next."""

    order: Order
    #: What it changes; None where it is everything at once (but for the record of the model), or nothing.
    group: EditGroup | None = None
    changes: tuple[FieldChange, ...] = ()
    #: The deployment after this pass.
    desired: DesiredDeployment

    @property
    def title(self) -> str:
        """In a few words."""
        if self.order is not Order.CHANGE:
            return str(self.order)
        return str(self.group) if self.group else "change"


@attrs.frozen(kw_only=True)
class EditPlanner:
    """Plans the passes from one state of a deployment to another."""

    current: DesiredDeployment
    state: LifecycleState
    strategy: UpdateStrategy = UpdateStrategy.IN_PLACE
    #: Whether an INACTIVE deployment serves in the end, as it did before a command was interrupted.
    activates: bool = False

    def passes(self, desired: DesiredDeployment, changes: tuple[FieldChange, ...]) -> tuple[EditPass, ...]:
        """The passes in order; empty where nothing differs.

        The record of the model is written last and apart: it says that all else was done.

        Raises:
            InvalidRequestError: A change cannot be made at all, or not to a deployment that serves.
        """
        scales = any(each.infrastructure.auto_scaling is not None for each in (self.current, desired))
        grouped = self._grouped(desired, changes, scales_itself=scales)
        record = grouped.pop(EditGroup.RECORD, ())
        passes = self._without_record(desired, grouped, scales_itself=scales)
        if record:
            last = EditPass(order=Order.CHANGE, group=EditGroup.RECORD, changes=record, desired=desired)
            return (*passes, last)
        return passes

    def _grouped(
        self, desired: DesiredDeployment, changes: tuple[FieldChange, ...], *, scales_itself: bool
    ) -> _Grouped:
        refuse_other_kind(self.current, desired)
        grouped: _Grouped = {}
        for change in changes:
            group = group_of(change.path, scales_itself=scales_itself)
            if group is None:
                raise refuse_for_life(change)
            grouped[group] = (*grouped.get(group, ()), change)
        refuse_leaving_a_subnet(self.current, desired)
        return grouped

    def _without_record(
        self, desired: DesiredDeployment, grouped: _Grouped, *, scales_itself: bool
    ) -> tuple[EditPass, ...]:
        if self.state is LifecycleState.INACTIVE:
            whole = self._whole(desired, grouped)
            return (*whole, self._switch(Order.ACTIVATE, desired)) if self.activates else whole
        if self.strategy is UpdateStrategy.DEACTIVATE_FIRST:
            whole = self._whole(desired, grouped)
            if set(grouped) <= {EditGroup.IDENTITY}:
                return whole
            off, on = self._switch(Order.DEACTIVATE, self.current), self._switch(Order.ACTIVATE, desired)
            return (off, *whole, on)
        refuse_live(self.current, desired, grouped)
        return self._one_by_one(desired, grouped, scales_itself=scales_itself)

    def _whole(self, desired: DesiredDeployment, grouped: _Grouped) -> tuple[EditPass, ...]:
        changes = tuple(change for group in EditGroup for change in grouped.get(group, ()))
        if not changes:
            return ()
        return (EditPass(order=Order.CHANGE, changes=changes, desired=without_record(self.current, desired)),)

    def _switch(self, order: Order, standing: DesiredDeployment) -> EditPass:
        return EditPass(order=order, desired=without_record(self.current, standing))

    def _one_by_one(
        self, desired: DesiredDeployment, grouped: _Grouped, *, scales_itself: bool
    ) -> tuple[EditPass, ...]:
        passes, standing = [], self.current
        for group in EditGroup:
            if group in grouped:
                standing = after(standing, desired, group, scales_itself=scales_itself)
                passes.append(EditPass(order=Order.CHANGE, group=group, changes=grouped[group], desired=standing))
        return tuple(passes)
