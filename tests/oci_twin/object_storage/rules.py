"""Limits of Object Storage, and its refusals.

Source: OCI documentation, "Service Limits" and "Object Storage", and the docstrings of the SDK's client.
"""

from __future__ import annotations

from attrs import frozen

from oci_twin.http.call import Refusal


@frozen
class StorageRules:
    """What a test may make smaller.

    Attributes:
        object_bytes: Of one PUT and of one part.
        parts: The largest part number.
        name_bytes: Of an object's name in UTF-8.
        metadata_bytes: Of all ``opc-meta-*`` names and values; OCI's documentation does not say, HTTP servers do.
    """

    object_bytes: int = 50 * 1024**3
    parts: int = 10_000
    name_bytes: int = 1024
    metadata_bytes: int = 4000


def bad(code: str, message: str) -> Refusal:
    return Refusal(400, code, message)


def no_namespace(name: str) -> Refusal:
    return Refusal(
        404, "NamespaceNotFound", f"You do not have authorization to perform this request, or {name} is none."
    )


def no_bucket(namespace: str, name: str) -> Refusal:
    message = (
        f"Either the bucket named '{name}' does not exist in the namespace '{namespace}' or you are not authorized"
    )
    return Refusal(404, "BucketNotFound", f"{message} to access it")


def no_object(bucket: str, name: str) -> Refusal:
    return Refusal(404, "ObjectNotFound", f"The object '{name}' was not found in the bucket '{bucket}'")


def no_upload(upload_id: str) -> Refusal:
    return Refusal(404, "UploadNotFound", f"The upload '{upload_id}' was not found")
