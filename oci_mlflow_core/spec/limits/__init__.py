"""OCI's published rules between several values of the deployment file.

They apply to what the file says: nothing is asked for that only one target needs. Limits on a single value are in
``oci_mlflow_core.spec.values``.
"""

from __future__ import annotations

from oci_mlflow_core.spec.limits import container, environment, logs, network, scaling, serving, shape, tags
from oci_mlflow_core.spec.limits.told import Complaint, Rule, Told

__all__ = ["RULES", "Complaint", "Rule", "Told", "complaints"]

#: Every rule; each names its source.
RULES: tuple[Rule, ...] = (
    shape.flexible_shapes_have_a_size,
    shape.fixed_shapes_have_none,
    shape.sizes_are_in_the_range_of_the_shape,
    scaling.counts_are_in_order,
    scaling.instances_to_begin_with_are_said_once,
    scaling.thresholds_are_apart,
    scaling.queries_belong_to_custom_scaling,
    network.bandwidth_at_most_doubles,
    network.custom_networking_has_a_subnet,
    logs.a_log_comes_with_its_group,
    serving.a_model_group_brings_its_own_environment,
    serving.a_compute_target_replaces_instances,
    serving.a_compute_target_scales_to_one_value,
    environment.variables_are_small,
    environment.workers_are_said_once,
    environment.ports_in_variables_are_free,
    container.commands_are_short,
    container.digests_agree,
    container.builders_belong_to_images_that_are_made,
    container.an_image_that_is_made_answers_on_one_port,
    tags.defined_tags_are_few,
    tags.tags_are_small,
)


def complaints(told: Told) -> list[Complaint]:
    """What the file says that OCI would refuse."""
    return [complaint for rule in RULES for complaint in rule(told)]
