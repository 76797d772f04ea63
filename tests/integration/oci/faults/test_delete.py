"""A delete: nothing is left unsaid, and the same command mends it."""

from __future__ import annotations

from integration.oci.faults.rows import PlayedRows


class TestDelete(PlayedRows, title="delete", extents=("once", "lasting", "away")):
    """All of `PlayedRows`."""
