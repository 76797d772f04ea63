"""Which deployment a name or OCID means."""

from __future__ import annotations

from oci_mlflow_core.errors import AmbiguousNameError, NoSuchDeploymentError, nearest
from oci_mlflow_core.model.deployment import Deployment
from oci_mlflow_core.ports.deploy_service import DeploymentLifecycle

_OCID_PREFIX = "ocid1."


def is_ocid(name: str) -> bool:
    """Whether the text is an OCID rather than a display name."""
    return name.startswith(_OCID_PREFIX)


def find_deployment(lifecycle: DeploymentLifecycle, name: str) -> Deployment:
    """The deployment of that display name or OCID.

    Raises:
        NoSuchDeploymentError: There is none.
        AmbiguousNameError: Several have that display name.
    """
    if is_ocid(name):
        return lifecycle.get(name)
    everyone = tuple(lifecycle.list())
    named = [deployment for deployment in everyone if deployment.name == name]
    if not named:
        raise NoSuchDeploymentError(f"no deployment is called '{name}'", _instead(name, everyone, lifecycle.place))
    if len(named) > 1:
        ids = tuple(deployment.id for deployment in named)
        listed = "".join(f"\n  {deployment.id} ({deployment.state})" for deployment in named)
        raise AmbiguousNameError(
            f"{len(named)} deployments are called '{name}':{listed}", "Name one of them by its OCID.", ids
        )
    return named[0]


def _instead(name: str, everyone: tuple[Deployment, ...], place: str) -> str:
    names = sorted({deployment.name for deployment in everyone})
    near = nearest(name, names)
    if near:
        return f"Did you mean '{near}'?"
    there = f"in {place}" if place else "there"
    return f"Deployments {there}: {', '.join(names)}." if names else f"There are no deployments {there}."
