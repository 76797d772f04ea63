"""What all tests may ask for."""

from __future__ import annotations

pytest_plugins = ["rig_fixtures"]
