"""Which paths of a deployment reach its server.

Source: OCI's samples for multiple inference endpoints: ``/predict`` always; below it, what ``customHttpEndpoints`` or
``predictApiSpecification`` declare, handed on without the ``/predict``; ``{}`` stands for one segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

PREDICT, STREAM = "predict", "predictWithResponseStream"
METHODS = ("GET", "POST", "PUT", "DELETE")
_WILDCARD = "{}"
_OPENAI = (
    "/chat_tokenize",
    "/detokenize",
    "/generate",
    "/generate_stream",
    "/info",
    "/invocations",
    "/metrics",
    "/start_profile",
    "/stop_profile",
    "/tokenize",
    "/v1/audio/transcriptions",
    "/v1/audio/translations",
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/edits",
    "/v1/embeddings",
    "/v1/files",
    "/v1/fine-tunes",
    "/v1/images/edits",
    "/v1/images/generations",
    "/v1/images/variations",
    "/v1/load_lora_adapter",
    "/v1/messages",
    "/v1/models",
    "/v1/moderations",
    "/v1/responses",
    "/v1/responses/{}",
    "/v1/responses/{}/cancel",
    "/v1/responses/{}/input_items",
    "/v1/unload_lora_adapter",
    "/version",
)


@attrs.frozen
class Endpoint:
    """A path below ``/predict`` and the methods that it takes."""

    suffix: str
    methods: tuple[str, ...] = METHODS

    def fits(self, suffix: str) -> bool:
        """Whether a path that was asked for is this one."""
        own, asked = _segments(self.suffix), _segments(suffix)
        return len(own) == len(asked) and all(mine in (_WILDCARD, sent) for mine, sent in zip(own, asked, strict=True))


def declared_methods(deployment: Mapping[str, Any], suffix: str) -> tuple[str, ...]:
    """The methods that a deployment takes at a suffix such as ``/v1/models``; none where it declares no such path."""
    return tuple(method for endpoint in _endpoints(deployment) if endpoint.fits(suffix) for method in endpoint.methods)


def _endpoints(deployment: Mapping[str, Any]) -> list[Endpoint]:
    configuration = deployment.get("modelDeploymentConfigurationDetails") or {}
    environment = configuration.get("environmentConfigurationDetails") or {}
    declared = environment.get("customHttpEndpoints") or []
    found = [Endpoint(one["endpointUriSuffix"], tuple(one.get("httpMethods") or METHODS)) for one in declared]
    if (environment.get("predictApiSpecification") or "").lower() == "openai":
        found += [Endpoint(suffix) for suffix in _OPENAI]
    return found


def _segments(suffix: str) -> list[str]:
    return suffix.strip("/").split("/")
