"""What shows that a connection's signatures are accepted."""

from __future__ import annotations

import requests
from oci_twin.twin import Twin

from oci_mlflow_plugin.adapters.oci.session.connection import Connection


def accepted(connection: Connection, twin: Twin) -> str:
    """The kind of authentication, after calls that the twin verified: a read, a signed body, a request without the SDK.

    Raises:
        AssertionError: One was refused.
    """
    assert connection.namespace == twin.namespace
    details = {"displayName": "signed", "compartmentId": twin.compartment_id}
    made = connection.data_science.create_project(details)
    assert made.data.display_name == "signed"
    plain = requests.get(f"{twin.url}/n", auth=connection.model_deployment_auth, timeout=10)
    assert plain.json() == twin.namespace
    return str(connection.credentials.kind)
