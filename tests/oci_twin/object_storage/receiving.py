"""What every body that comes in is held to, and what is kept of its headers."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from oci_twin.http.call import Call, Refusal
from oci_twin.object_storage.records import CONTENT_HEADERS
from oci_twin.object_storage.rules import StorageRules, bad

_PREFIX = "opc-meta-"
_DETAILS = {
    "contentType": "content-type",
    "contentLanguage": "content-language",
    "contentEncoding": "content-encoding",
    "contentDisposition": "content-disposition",
    "cacheControl": "cache-control",
}


def checked_digest(call: Call, rules: StorageRules) -> str:
    """The body's MD5 as Object Storage writes it, after every check that the caller asked for.

    Raises:
        Refusal: The body is too long, or is not what its digests say.
    """
    if call.length > rules.object_bytes:
        raise Refusal(413, "RequestEntityTooLarge", f"More than {rules.object_bytes} bytes were sent at once.")
    md5 = base64.b64encode(call.md5).decode("ascii")
    sent = call.headers.get("content-md5")
    if sent is not None and sent != md5:
        message = f"The computed MD5 of the request body ({md5}) does not match the Content-MD5 header ({sent})"
        raise bad("UnmatchedContentMD5", message)
    _check_sha256(call)
    return md5


def _check_sha256(call: Call) -> None:
    algorithm = call.headers.get("opc-checksum-algorithm", "SHA256").upper()
    if algorithm != "SHA256":
        raise Refusal(501, "NotImplemented", f"The twin computes no {algorithm}.")
    sent = call.headers.get("opc-content-sha256")
    found = base64.b64encode(call.sha256).decode("ascii")
    if sent is not None and sent != found:
        message = f"The computed SHA256 of the request body ({found}) does not match the opc-content-sha256 header"
        raise bad("UnmatchedContentSHA256", f"{message} ({sent})")


def digest_headers(call: Call, md5: str) -> dict[str, str]:
    """The digests that an upload is answered with."""
    headers = {"opc-content-md5": md5}
    if "opc-content-sha256" in call.headers:
        headers["opc-content-sha256"] = call.headers["opc-content-sha256"]
    return headers


def sent_metadata(call: Call, rules: StorageRules) -> dict[str, str]:
    """The ``opc-meta-*`` headers of a call."""
    return checked_metadata({name: value for name, value in call.headers.items() if name.startswith(_PREFIX)}, rules)


def checked_metadata(given: Mapping[str, str], rules: StorageRules) -> dict[str, str]:
    """Metadata whose names begin as they have to and that is not too long.

    Raises:
        Refusal: 400 InvalidMetadata or MetadataTooLarge.
    """
    metadata = {name.lower(): value for name, value in given.items()}
    if not all(name.startswith(_PREFIX) and len(name) > len(_PREFIX) for name in metadata):
        raise bad("InvalidMetadata", f"Names of metadata begin with {_PREFIX}.")
    if not all(_is_header_text(value) for value in metadata.values()):
        raise bad("InvalidMetadata", "Values of metadata are text that a header can hold.")
    if sum(len(name) + len(value) for name, value in metadata.items()) > rules.metadata_bytes:
        raise bad("MetadataTooLarge", f"The metadata has more than {rules.metadata_bytes} bytes.")
    return metadata


def _is_header_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and all(ord(character) < 256 for character in value)


def named_headers(given: Mapping[str, object]) -> dict[str, str]:
    """The content headers that the details of a multipart upload name.

    Raises:
        Refusal: 400 InvalidMetadata for one that no header can hold.
    """
    named = {name: given[key] for key, name in _DETAILS.items() if given.get(key)}
    if not all(_is_header_text(value) for value in named.values()):
        raise bad("InvalidMetadata", "Content headers are text that a header can hold.")
    return {name: str(value) for name, value in named.items()}


def content_headers(call: Call) -> dict[str, str]:
    return {name: call.headers[name] for name in CONTENT_HEADERS if name in call.headers}


def checked_name(name: str, rules: StorageRules) -> str:
    """An object's name.

    Raises:
        Refusal: 400 InvalidObjectName.
    """
    if not 1 <= len(name.encode()) <= rules.name_bytes or any(character in name for character in "\r\n\0"):
        raise bad("InvalidObjectName", f"A name has 1 to {rules.name_bytes} bytes, no line ends and no null.")
    return name
