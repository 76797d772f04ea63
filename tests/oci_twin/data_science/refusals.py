"""The refusals of the control plane, by the codes of OCI's list of API errors."""

from __future__ import annotations

from oci_twin.http.call import Refusal


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameter", message)


def missing(where: str) -> Refusal:
    return Refusal(400, "MissingParameter", f"{where} is required.")


def not_found(resource_id: str) -> Refusal:
    """For what is absent and for what one may not see alike, as the service never tells them apart."""
    return Refusal(
        404, "NotAuthorizedOrNotFound", f"Authorization failed or requested resource not found: {resource_id}"
    )


def incorrect_state(message: str) -> Refusal:
    return Refusal(409, "IncorrectState", message)


def conflict(message: str) -> Refusal:
    return Refusal(409, "Conflict", message)


def too_large(message: str) -> Refusal:
    return Refusal(413, "RequestEntityTooLarge", message)
