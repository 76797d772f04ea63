"""The orders of deployments, as they lie in their folders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import attrs
import cattrs

from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.ports.deploy_service import DesiredDeployment
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.identity import is_deployment_id
from oci_mlflow_plugin.adapters.local.supervision.folder import (
    DamagedRecordError,
    DeploymentFolder,
    read_json,
    readable_json,
)
from oci_mlflow_plugin.adapters.local.supervision.held import is_held


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
    """The last order; None where there is no deployment.

    Raises:
        DamagedRecordError: There is a deployment, and its order is damaged or missing.
    """
    order = _order(folder.order_file)
    # a folder comes with its order, and goes with it
    if order is None and folder.path.is_dir():
        raise DamagedRecordError(folder.order_file, "it is missing")
    return order


def read_applied(folder: DeploymentFolder) -> Order | None:
    """The order that is, or was last, served; None where none ever was.

    Raises:
        DamagedRecordError: It is damaged.
    """
    return _order(folder.applied_file)


def read_observed(folder: DeploymentFolder) -> dict[str, Any]:
    """What the supervisor saw last; empty where it has not looked yet.

    Raises:
        DamagedRecordError: It is damaged.
    """
    observed = read_json(folder.observed_file)
    if observed and observed.get("state") not in set(LifecycleState):
        raise DamagedRecordError(folder.observed_file, "it holds no lifecycle state")
    return observed


def readable_orders(folder: DeploymentFolder) -> tuple[Order, ...]:
    """The order and the one that is served, as far as they are there and whole."""
    found = []
    for path in (folder.order_file, folder.applied_file):
        with suppress(DamagedRecordError):
            found.append(_order(path))
    return tuple(order for order in found if order is not None)


def folders(home: Home) -> Iterator[DeploymentFolder]:
    """The folders of all deployments, in no order.

    Raises:
        InvalidRequestError: This user may not read the home.
    """
    names = home.names_in(home.deployments)
    return (DeploymentFolder(home.deployments / name) for name in names if is_deployment_id(name))


def served_models(home: Home) -> dict[str, tuple[str, ...]]:
    """The OCIDs of the deployments that serve or are about to serve each model; failed ones serve nothing."""
    found: dict[str, tuple[str, ...]] = {}
    for folder in folders(home):
        for model_id in {order.desired.model_id for order in _serving(folder)}:
            found[model_id] = (*found.get(model_id, ()), folder.path.name)
    return found


def environments_in_use(home: Home) -> set[str]:
    """The folders of all environments that a deployment was told to use."""
    orders = (order for folder in folders(home) for order in readable_orders(folder))
    return {order.launch["environment"] for order in orders if "environment" in order.launch}


def in_force(folder: DeploymentFolder) -> Order | None:
    """What the deployment was last told to be; after a failed update, what it went back to.

    Raises:
        DamagedRecordError: A file of the deployment is damaged or missing.
    """
    order = read_order(folder)
    if order is not None and _update_failed(order, read_observed(folder)):
        return read_applied(folder) or order
    return order


def _serving(folder: DeploymentFolder) -> tuple[Order, ...]:
    observed = readable_json(folder.observed_file)
    if observed.get("state") == LifecycleState.FAILED.value or not _has_processes(folder):
        return ()
    applied = readable_json(folder.applied_file)
    return tuple(
        order
        for order in readable_orders(folder)
        if order.generation == applied.get("generation") or not _update_failed(order, observed)
    )


def _has_processes(folder: DeploymentFolder) -> bool:
    return is_held(folder.supervisor_lock) or is_held(folder.processes_lock)


def _update_failed(order: Order, observed: dict[str, Any]) -> bool:
    failed = observed.get("state") == LifecycleState.NEEDS_ATTENTION.value
    return failed and observed.get("generation") == order.generation


def _order(path: Path) -> Order | None:
    plain = read_json(path)
    if not plain and not path.exists():
        return None
    try:
        return _converter().structure(plain, Order)
    except (cattrs.BaseValidationError, ValueError, TypeError) as fault:
        raise DamagedRecordError(path, "it is not an order") from fault


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _kind: value)

    def text_or_mapping(value: Any, kind: Any) -> Any:  # noqa: ANN401 - of any annotation
        of = _mapping_of(kind)
        return converter.structure(value, of) if isinstance(value, dict) and of is not None else value

    converter.register_structure_hook_func(lambda kind: _mapping_of(kind) is not None, text_or_mapping)
    return converter


def _mapping_of(kind: Any) -> Any | None:  # noqa: ANN401 - of any annotation
    """Of a value that is a text or a mapping (``image``), the class of the latter."""
    members = get_args(kind) if str in get_args(kind) else ()
    return next((member for member in members if attrs.has(member)), None)
