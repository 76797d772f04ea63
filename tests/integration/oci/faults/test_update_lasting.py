"""An update, calls of which fail to its end: nothing is left unsaid, and the same command mends it."""

from __future__ import annotations

from integration.oci.faults.rows import PlayedRows


class TestUpdateLasting(PlayedRows, title="update", extents=("lasting", "away")):
    """All of `PlayedRows`."""
