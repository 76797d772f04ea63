"""Whether a model has its artifact, and whether it is the one that was sent."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import ServiceError
from oci_mlflow_core.model.artifact import RuntimeArtifact
from oci_mlflow_plugin.adapters.oci.catalog.body import md5_of
from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.errors import AbsentOrForbiddenError


@attrs.frozen(kw_only=True)
class Arrived:
    """An artifact as the service tells of it; what it does not tell is None."""

    size: int | None
    #: As Content-MD5 holds it.
    md5: str | None

    def is_other_than(self, size: int, md5: str | None) -> bool:
        """Whether it certainly is another one; `md5` is None where that is not to be asked."""
        if self.size is not None and self.size != size:
            return True
        return self.md5 is not None and md5 is not None and self.md5 != md5


def arrived(connection: Connection, model_id: str) -> Arrived | None:
    """The artifact of a model; None where it has none.

    Raises:
        DeploymentError: The service cannot be asked.
    """
    what = f"look at the artifact of the model {model_id}"
    try:
        response = call(connection.clock, what, connection.data_science.head_model_artifact, model_id)
    except AbsentOrForbiddenError:
        return None
    size, md5 = response.headers.get("content-length"), response.headers.get("content-md5")
    return Arrived(size=int(size) if size else None, md5=str(md5) if md5 else None)


def has_arrived(connection: Connection, model_id: str, artifact: RuntimeArtifact) -> bool:
    """Whether the model has this artifact, and no other.

    Raises:
        ServiceError: It has another one.
    """
    there = arrived(connection, model_id)
    if there is None:
        return False
    if there.is_other_than(artifact.size, None if there.md5 is None else md5_of(artifact)):
        raise other_artifact(model_id)
    return True


def other_artifact(model_id: str) -> ServiceError:
    """The error for bytes that are not those that were sent."""
    return ServiceError(
        f"the artifact of the model {model_id} is not the one that was sent",
        "Something between this machine and OCI changes what is sent, such as a proxy. Run the command again.",
    )
