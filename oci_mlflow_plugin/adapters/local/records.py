"""The orders of deployments, as they lie in their folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import attrs
import cattrs

from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.identity import is_deployment_id
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, read_json


@attrs.frozen(kw_only=True)
class Order:
    """What a deployment was told to be, once; each update is a new generation."""

    id: str
    generation: int
    #: RFC 3339, of the first order.
    time_created: str
    port: int
    desired: DesiredDeployment
    #: What the supervisor needs to know.
    launch: dict[str, Any] = attrs.field(hash=False)
    #: Paths, relative to the folder of deployments, that go with a foreground deployment.
    made_for_it: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def to_plain(order: Order) -> dict[str, Any]:
    """JSON types."""
    plain: dict[str, Any] = _converter().unstructure(order)
    return plain


def read_order(folder: DeploymentFolder) -> Order | None:
    """The last order; None where there is no deployment."""
    return _order(read_json(folder.order_file))


def read_applied(folder: DeploymentFolder) -> Order | None:
    """The order that is, or was last, served; None where none ever was."""
    return _order(read_json(folder.applied_file))


def folders(home: Home) -> Iterator[DeploymentFolder]:
    """The folders of all deployments, in no order."""
    names = os.listdir(home.deployments) if home.deployments.is_dir() else []  # noqa: PTH208 - names suffice
    return (DeploymentFolder(home.deployments / name) for name in names if is_deployment_id(name))


def served_models(home: Home) -> dict[str, tuple[str, ...]]:
    """The OCIDs of the deployments that serve or are about to serve each model; failed ones serve nothing."""
    found: dict[str, tuple[str, ...]] = {}
    for folder in folders(home):
        observed = read_json(folder.observed_file)
        for model_id in {order.desired.model_id for order in _serving(folder, observed)}:
            found[model_id] = (*found.get(model_id, ()), folder.path.name)
    return found


def environments_in_use(home: Home) -> set[str]:
    """The folders of all environments that a deployment was told to use."""
    orders = (order for folder in folders(home) for order in (read_order(folder), read_applied(folder)))
    return {order.launch["environment"] for order in orders if order is not None}


def in_force(folder: DeploymentFolder) -> Order | None:
    """What the deployment was last told to be; after a failed update, what it went back to."""
    order = read_order(folder)
    if order is not None and _update_failed(order, read_json(folder.observed_file)):
        return read_applied(folder) or order
    return order


def _serving(folder: DeploymentFolder, observed: dict[str, Any]) -> Iterator[Order]:
    order, applied = read_order(folder), read_applied(folder)
    if observed.get("state") == LifecycleState.FAILED.value:
        return
    if order is not None and not _update_failed(order, observed):
        yield order
    if applied is not None:
        yield applied


def _update_failed(order: Order, observed: dict[str, Any]) -> bool:
    failed = observed.get("state") == LifecycleState.NEEDS_ATTENTION.value
    return failed and observed.get("generation") == order.generation


def _order(plain: dict[str, Any]) -> Order | None:
    return _converter().structure(plain, Order) if plain else None


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _kind: value)
    return converter
