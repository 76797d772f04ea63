"""Tags, which every resource may have."""

from __future__ import annotations

from oci_twin.data_science.bodies.values import Anything, Map, Text, Value

DISPLAY_NAME = Text(longest=255)
DESCRIPTION = Text()

#: The fields that most resources have.
DESCRIBED: dict[str, Value] = {
    "displayName": DISPLAY_NAME,
    "description": DESCRIPTION,
    "freeformTags": Map(Text()),
    "definedTags": Map(Map(Anything())),
}
