"""A create whose pack is published already: nothing is left unsaid, and the same command mends it."""

from __future__ import annotations

from integration.oci.faults.rows import PlayedRows


class TestCreatePublished(PlayedRows, title="create-published", extents=("once", "lasting", "away")):
    """All of `PlayedRows`."""
