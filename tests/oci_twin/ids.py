"""Names that the services make up: OCIDs, request ids, entity tags."""

from __future__ import annotations

import base64
import secrets
import uuid

REGION_KEY = "iad"
_UNIQUE_BYTES = 35


def ocid(resource_type: str, *, region: str = REGION_KEY) -> str:
    """A new OCID, such as ``ocid1.datasciencemodel.oc1.iad.amaaaaaa…``.

    Args:
        resource_type: Its second part, such as ``datasciencemodeldeployment``.
        region: Its fourth part; empty for what belongs to no region, such as compartments.
    """
    unique = base64.b32encode(secrets.token_bytes(_UNIQUE_BYTES)).decode("ascii").rstrip("=").lower()
    return f"ocid1.{resource_type}.oc1.{region}.aaaa{unique}"


def request_id(client: str | None = None) -> str:
    """A new ``opc-request-id``: three parts, of which the first is the client's own when it sent one."""
    first = (client or "").split("/", maxsplit=1)[0] or uuid.uuid4().hex.upper()
    return f"{first}/{uuid.uuid4().hex.upper()}/{uuid.uuid4().hex.upper()}"


def etag() -> str:
    """A new entity tag; it says nothing of the content."""
    return str(uuid.uuid4())
