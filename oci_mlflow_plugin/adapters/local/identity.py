"""OCIDs of this machine's resources."""

from __future__ import annotations

import re
import secrets
import string

_ALPHABET = string.ascii_lowercase + string.digits
_UNIQUE = 60
_DEPLOYMENT = "ocid1.datasciencemodeldeployment.oc1.local."
_MODEL = "ocid1.datasciencemodel.oc1.local."


def new_deployment_id() -> str:
    """An OCID for a deployment, of OCI's form, whose region is ``local``."""
    return _DEPLOYMENT + _unique()


def new_model_id() -> str:
    """An OCID for a catalog model, of OCI's form, whose region is ``local``."""
    return _MODEL + _unique()


def is_deployment_id(text: str) -> bool:
    """Whether the text is an OCID that `new_deployment_id` could have made; safe as the name of a folder."""
    return _is(_DEPLOYMENT, text)


def is_model_id(text: str) -> bool:
    """Whether the text is an OCID that `new_model_id` could have made; safe as the name of a folder."""
    return _is(_MODEL, text)


def _unique() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_UNIQUE))


def _is(prefix: str, text: str) -> bool:
    return re.fullmatch(re.escape(prefix) + rf"[a-z0-9]{{{_UNIQUE}}}", text) is not None
