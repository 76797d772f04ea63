"""What a deployment may be called."""

from __future__ import annotations

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.spec.values import display_name_fault


def check_display_name(name: str) -> None:
    """Refuses a name that OCI would not take, or that every later command would take for something else.

    Raises:
        InvalidRequestError: The name is empty, longer than 255 characters, not one plain line, has a space at an end,
            or has the form of an OCID or a URL.
    """
    if not name.strip():
        raise InvalidRequestError("the name of the deployment is empty", "Give it one with --name.")
    fault = display_name_fault(name)
    if fault:
        raise InvalidRequestError(
            f"the name of the deployment {fault}",
            "Give it another with --name: 1 to 255 characters on one line.",
        )
