"""What all tests may ask for."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

# No channel answers but those that a test serves, so that what is chosen does not follow the machine's network.
os.environ["OCI_MLFLOW_CHANNEL_ALIAS"] = "http://127.0.0.1:9"

pytest_plugins = ["rig_fixtures"]


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> Iterator[None]:
    """Ctrl-C works even where whoever started the tests ignores it, as shells do in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
