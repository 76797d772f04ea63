"""An update that deactivates first, calls of which fail to its end: nothing is left unsaid, the same again mends it."""

from __future__ import annotations

from integration.oci.faults.rows import PlayedRows


class TestUpdateDeactivatedLasting(PlayedRows, title="update-deactivated", extents=("lasting", "away")):
    """All of `PlayedRows`."""
