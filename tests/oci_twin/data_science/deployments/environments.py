"""What the environment of a deployment may be.

Limits and names are those of the SDK's docstrings of ``environmentVariables``, ``cmd`` and ``serverPort``, and of
OCI's page on the variables of containers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from oci_twin.data_science.behaviour import Behaviour
from oci_twin.data_science.refusals import invalid, missing

#: Bytes that all variables together, and command and entry point together, have to stay below.
_BYTES = 2048
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*[A-Za-z0-9]")
_KEY_CHARACTERS = 32
_RESERVED = ("MODEL_DEPLOYMENT_OCID", "MODEL_SERVING_PYTHON_VERSION", "TENANCY_OCID", "CONTAINER_CUSTOM_IMAGE")
_RESERVED_PREFIX = "OCI_RESOURCE_PRINCIPAL_"
_PORTS = range(1024, 65536)
_TAKEN_PORTS = (24224, 8446, 8447)
_IMAGE = re.compile(
    r"[a-z0-9-]+\.ocir\.io/[a-z0-9_-]+(/[a-z0-9._-]+)+:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def require_environment(environment: Mapping[str, Any], images: Mapping[str, str], behaviour: Behaviour) -> None:
    """Lets an environment pass that the service can make.

    Raises:
        Refusal: 400.
    """
    _require_variables(environment.get("environmentVariables") or {})
    if environment["environmentConfigurationType"] == "OCIR_CONTAINER":
        _require_image(environment, images, behaviour)
        _require_command(environment)
        for field in ("serverPort", "healthCheckPort"):
            _require_port(field, environment.get(field))
        _require_endpoints(environment.get("customHttpEndpoints") or [])


def _require_variables(variables: Mapping[str, str]) -> None:
    for key in variables:
        if not _KEY.fullmatch(key) or len(key) >= _KEY_CHARACTERS:
            raise invalid(
                f"{key!r} is no name of an environment variable: 2 to {_KEY_CHARACTERS - 1} letters, digits and "
                f"underscores, the first a letter, the last no underscore."
            )
        if key in _RESERVED or key.startswith(_RESERVED_PREFIX):
            raise invalid(f"The environment variable {key} is reserved.")
    size = sum(len(key.encode()) + len(value.encode()) for key, value in variables.items())
    if size >= _BYTES:
        raise invalid(f"The environment variables have {size} bytes; they must have less than {_BYTES}.")


def _require_image(environment: Mapping[str, Any], images: Mapping[str, str], behaviour: Behaviour) -> None:
    image = environment.get("image")
    if image is None:
        raise missing("environmentConfigurationDetails.image")
    match = _IMAGE.fullmatch(image)
    if match is None:
        raise invalid(f"{image!r} is no image: <region>.ocir.io/<registry>/<image>:<tag>, then @<digest> if wanted.")
    digest = environment.get("imageDigest")
    if digest is not None and match["digest"] not in (None, digest):
        raise invalid(f"imageDigest is {digest}, but the image says {match['digest']}.")
    if behaviour.unknown_images == "refuse" and image not in images:
        raise invalid(f"The image {image} cannot be read.")


def _require_command(environment: Mapping[str, Any]) -> None:
    parts = [*(environment.get("cmd") or []), *(environment.get("entrypoint") or [])]
    size = sum(len(part.encode()) for part in parts)
    if size >= _BYTES:
        raise invalid(f"cmd and entrypoint have {size} bytes; together they must have less than {_BYTES}.")


def _require_port(field: str, port: int | None) -> None:
    if port is not None and (port not in _PORTS or port in _TAKEN_PORTS):
        taken = ", ".join(map(str, _TAKEN_PORTS))
        raise invalid(f"{field} must be between {_PORTS[0]} and {_PORTS[-1]} and none of {taken}, not {port}.")


def _require_endpoints(endpoints: list[Mapping[str, Any]]) -> None:
    suffixes = [endpoint["endpointUriSuffix"] for endpoint in endpoints]
    for suffix in suffixes:
        if not suffix.startswith("/"):
            raise invalid(f"endpointUriSuffix must begin with a slash, not {suffix!r}.")
    if len(set(suffixes)) != len(suffixes):
        raise invalid("customHttpEndpoints has an endpointUriSuffix twice.")
