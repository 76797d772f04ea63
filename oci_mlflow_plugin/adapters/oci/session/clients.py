"""Making the SDK's clients: no retries of the SDK, a circuit breaker each, bounded time. Imports ``oci`` when asked."""

from __future__ import annotations

from typing import Any

import attrs

from oci_mlflow_plugin.adapters.oci.session.credentials import Credentials

#: Seconds: to connect, and between two pieces of an answer.
TIMEOUT = (10.0, 60.0)
#: Answers in a row that say that a service is not well, after which its client holds calls back.
BREAKS_AFTER = 10
#: Seconds for which it does; then one call is let through to see.
HELD_BACK = 30
_NOT_WELL = (429, 500, 502, 503, 504)


def client(kind: Any, credentials: Credentials, region: str, endpoint: str | None) -> Any:  # noqa: ANN401 - the SDK has no types
    """A client of the SDK.

    The SDK's default circuit breaker is one object for all clients of the process, so that faults of one service stop
    calls to every other. Each client gets one of its own, which a busy resource (409) does not count for; what it holds
    back, `call` tries again within its bounds.

    Args:
        kind: A client class of the SDK.
        credentials: Who calls.
        region: Full name.
        endpoint: Instead of the service's address in that region; None for that one.
    """
    from oci.circuit_breaker import CircuitBreakerStrategy  # noqa: PLC0415 - when a client is made
    from oci.retry import NoneRetryStrategy  # noqa: PLC0415

    return kind(
        {**credentials.identity, "region": region, "additional_user_agent": user_agent()},
        signer=credentials.signer,
        service_endpoint=endpoint,
        timeout=TIMEOUT,
        retry_strategy=NoneRetryStrategy(),
        circuit_breaker_strategy=CircuitBreakerStrategy(
            failure_threshold=BREAKS_AFTER,
            recovery_timeout=HELD_BACK,
            failure_statuses_and_codes={status: [] for status in _NOT_WELL},
        ),
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
