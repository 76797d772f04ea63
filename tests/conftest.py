"""What all tests may ask for."""

from __future__ import annotations

import os

# No channel answers but those that a test serves, so that what is chosen does not follow the machine's network.
os.environ["OCI_MLFLOW_CHANNEL_ALIAS"] = "http://127.0.0.1:9"

pytest_plugins = ["rig_fixtures"]
