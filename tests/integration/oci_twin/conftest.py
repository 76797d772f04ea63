"""A twin in this process, and the SDK's clients for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import oci
import pytest
from oci_twin.clock import ManualClock
from oci_twin.twin import Twin


@pytest.fixture(scope="session")
def clock() -> ManualClock:
    """The twin's; signatures are compared with the machine's."""
    return ManualClock()


@pytest.fixture(scope="session")
def running_twin(clock: ManualClock) -> Iterator[Twin]:
    with Twin(clock=clock) as twin:
        yield twin


@pytest.fixture
def twin(running_twin: Twin) -> Twin:
    """The twin as it begins."""
    running_twin.reset()
    return running_twin


@pytest.fixture
def client_of(twin: Twin) -> Callable[..., Any]:
    """Makes clients of the SDK, each call of which is one request."""
    return lambda kind, config=None, **options: new_client(twin, kind, config, **options)


@pytest.fixture
def storage(client_of: Callable[..., Any]) -> Any:
    return client_of(oci.object_storage.ObjectStorageClient)


def new_client(twin: Twin, kind: Any, config: dict[str, Any] | None = None, **options: Any) -> Any:
    usual = {
        "service_endpoint": twin.url,
        "retry_strategy": oci.retry.NoneRetryStrategy(),
        "circuit_breaker_strategy": oci.circuit_breaker.NoCircuitBreakerStrategy(),
        "timeout": (5, 30),
    }
    return kind(twin.sdk_config() if config is None else config, **{**usual, **options})
