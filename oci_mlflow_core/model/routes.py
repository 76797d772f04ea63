"""Where below a deployment's URL predictions are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable

#: Always there. Source: OCI documentation, "Model deployments: Invoking".
PREDICT = "/predict"
#: The route of MLflow's own scoring server, which knows no ``/predict``.
_INVOCATIONS = "invocations"


def predict_route(endpoints: Iterable[tuple[str, Collection[str]]]) -> str:
    """That of MLflow's own server, where the image declares it.

    Args:
        endpoints: ``endpointUriSuffix`` and ``httpMethods`` of each of the deployment's ``customHttpEndpoints``.
    """
    for suffix, methods in endpoints:
        if suffix.strip("/") == _INVOCATIONS and "POST" in methods:
            return f"{PREDICT}/{_INVOCATIONS}"
    return PREDICT
