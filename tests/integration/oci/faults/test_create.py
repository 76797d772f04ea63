"""A create that builds and publishes its pack: nothing is left unsaid, and the same command mends it."""

from __future__ import annotations

from integration.oci.faults.rows import PlayedRows


class TestCreate(PlayedRows, title="create", extents=("once", "lasting", "away")):
    """All of `PlayedRows`."""
