"""Two commands that create the same name at the same time: one of them withdraws."""

from __future__ import annotations

from collections.abc import Iterable

from oci_mlflow_core.errors import NameInUseError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState

_GONE_OR_GOING = frozenset({LifecycleState.FAILED, LifecycleState.DELETING, LifecycleState.DELETED})


def refuse_where_another_was_first(everyone: Iterable[Deployment], ordered: Deployment) -> None:
    """Refuses a deployment that was ordered after another of its name; OCI does not keep names unique.

    Both commands come to the same verdict, whoever looks first: each looks when its own order was taken.

    Raises:
        NameInUseError: Another one was ordered before.
    """
    for other in everyone:
        same = other.name == ordered.name and other.id != ordered.id and other.state not in _GONE_OR_GOING
        if same and (other.time_created, other.id) < (ordered.time_created, ordered.id):
            raise NameInUseError(
                f"another command created a deployment called '{ordered.name}' at the same time ({other.id})",
                "Change it with 'mlflow deployments update', or take another name.",
            )
