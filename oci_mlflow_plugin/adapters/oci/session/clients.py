"""Making the SDK's clients: no retries and no circuit breaker of the SDK, bounded time. Imports ``oci`` when asked."""

from __future__ import annotations

from typing import Any

import attrs

from oci_mlflow_plugin.adapters.oci.session.credentials import Credentials

#: Seconds: to connect, and between two pieces of an answer.
TIMEOUT = (10.0, 60.0)


def client(kind: Any, credentials: Credentials, region: str, endpoint: str | None) -> Any:  # noqa: ANN401 - the SDK has no types
    """A client of the SDK.

    The SDK's default circuit breaker is one object for all clients of the process, so that faults of one service stop
    calls to every other; it is off here, and `call` bounds what is tried.

    Args:
        kind: A client class of the SDK.
        credentials: Who calls.
        region: Full name.
        endpoint: Instead of the service's address in that region; None for that one.
    """
    from oci.circuit_breaker import NoCircuitBreakerStrategy  # noqa: PLC0415 - when a client is made
    from oci.retry import NoneRetryStrategy  # noqa: PLC0415

    return kind(
        {**credentials.identity, "region": region, "additional_user_agent": user_agent()},
        signer=credentials.signer,
        service_endpoint=endpoint,
        timeout=TIMEOUT,
        retry_strategy=NoneRetryStrategy(),
        circuit_breaker_strategy=NoCircuitBreakerStrategy(),
    )


def user_agent() -> str:
    """How this plugin names itself to OCI, after the SDK's own name."""
    from importlib.metadata import version  # noqa: PLC0415 - when a client is made

    return f"oci-mlflow-plugin/{version('oci-mlflow-plugin')}"


@attrs.frozen
class ServiceClient:
    """Which class of the SDK speaks to a service, and which variable moves it."""

    module: str
    name: str
    variable: str

    def kind(self) -> Any:  # noqa: ANN401 - the SDK has no types
        """The class, imported now."""
        from importlib import import_module  # noqa: PLC0415 - when a client is made

        return getattr(import_module(self.module), self.name)
