"""The steps of an update: from a model and settings that differ to a deployment that has them."""

from __future__ import annotations

import attrs

from oci_mlflow_core.model.artifact import ModelVersion
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.planning.containers import with_image
from oci_mlflow_core.planning.desired import OWN_TAGS, changes_between
from oci_mlflow_core.planning.edits.groups import EditGroup
from oci_mlflow_core.planning.edits.passes import EditPlanner, Order
from oci_mlflow_core.planning.plan import AwaitDeployment, DeleteModel, LinkVersion, OrderUpdate, Step
from oci_mlflow_core.planning.tags import check_tags
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_core.usecases.image_use import ImageUse
from oci_mlflow_core.usecases.model_draft import ModelDraft
from oci_mlflow_core.usecases.ports import Ports
from oci_mlflow_core.usecases.requests import UpdateDeployment

#: Stand in a plan for the OCID of a model that is yet to be registered, and for the run that registers it.
_NEW_MODEL = "the model of the steps before"
_NEW_RUN = "this run"


@attrs.frozen(kw_only=True)
class UpdateSteps:
    """Puts the steps in order."""

    ports: Ports
    request: UpdateDeployment
    deployment: Deployment
    current: DesiredDeployment
    desired: DesiredDeployment
    model: ModelDraft | None
    #: Of an image that the user has, where no model is brought.
    image: ImageUse
    #: The version that the registry is told about; None for nothing to tell.
    version: ModelVersion | None
    planner: EditPlanner
    #: Whether the model that is served now was made by this project.
    owns_model: bool

    def steps(self) -> tuple[Step, ...]:
        """None where nothing differs.

        Raises:
            InvalidRequestError: A change cannot be made.
        """
        changes = changes_between(self.current, self.desired, self.request.loaded.from_environment)
        if not (self.model or changes or self.planner.activates):
            return ()
        return (*(self.model.steps if self.model else self.image.steps), *self._ordering())

    def _ordering(self) -> tuple[Step, ...]:
        orders = self._orders()
        ends_with_record = bool(orders) and orders[-1].group is EditGroup.RECORD
        link = (LinkVersion(version=self.version),) if self.version else ()
        steps: list[Step] = []
        for number, order in enumerate(orders):
            if number:
                # the service takes the next one when it is done with this one
                steps.append(self._wait(orders[number - 1]))
            if order.group is EditGroup.RECORD:
                steps += link
            steps.append(order)
        if self.request.options.wait:
            steps += [self._wait(*orders[-1:]), *(() if ends_with_record else link)]
        if self.request.options.wait or ends_with_record:
            steps += self._deletion()
        return tuple(steps)

    def _wait(self, after: OrderUpdate | None = None) -> AwaitDeployment:
        until = "the deployment answers"
        if after is not None and after.order is Order.DEACTIVATE:
            until = "the deployment is inactive"
        elif after is not None and after.order is Order.CHANGE and after.group is not EditGroup.MODEL:
            until = "that is done" if self.ports.service_descriptor.edits_in_groups else until
        return AwaitDeployment(timeout=self.request.options.timeout, until=until)

    def _deletion(self) -> tuple[Step, ...]:
        if self.model and self.owns_model and not self.request.options.keep_model:
            return (DeleteModel(id=self.deployment.model_id, reason=self.deployment.model_id, if_replaced=True),)
        return ()

    def _orders(self) -> tuple[OrderUpdate, ...]:
        name, deployment_id = self.deployment.name, self.deployment.id
        desired = self._with_new_model()
        if self.ports.service_descriptor.shared:
            check_tags(desired.freeform_tags)
        expected = changes_between(self.current, desired, self.request.loaded.from_environment)
        if not self.ports.service_descriptor.edits_in_groups:
            return (OrderUpdate(name=name, id=deployment_id, changes=expected),)
        return tuple(
            OrderUpdate(name=name, id=deployment_id, order=edit.order, group=edit.group, changes=edit.changes)
            for edit in self.planner.passes(desired, expected)
        )

    def _with_new_model(self) -> DesiredDeployment:
        if self.model is None:
            return self.desired
        users = {key: value for key, value in self.desired.freeform_tags.items() if key not in OWN_TAGS}
        tags = {**users, **self.model.expected_tags(_NEW_RUN)}
        container, image = self.desired.container, self.model.image
        if container and image:
            container = with_image(container, image.expected, image.port)
        return attrs.evolve(self.desired, model_id=_NEW_MODEL, freeform_tags=tags, container=container)
