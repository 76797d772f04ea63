"""An update that deactivates first, one call of which fails: nothing is left unsaid, and the same command mends it."""

from __future__ import annotations

from integration.oci.faults.rows import PlayedRows


class TestUpdateDeactivatedOnce(PlayedRows, title="update-deactivated", extents=("once",)):
    """All of `PlayedRows`."""
