"""Rules about tags."""

from __future__ import annotations

import json
from collections.abc import Iterator

from oci_mlflow_core.spec.limits.told import Complaint, Told

_MOST_DEFINED_TAGS = 64
_MOST_BYTES = 5 * 1024


def defined_tags_are_few(told: Told) -> Iterator[Complaint]:
    """A resource has at most 64 defined tags.

    Source: Tagging limits, Oracle Cloud Infrastructure documentation.
    """
    count = sum(len(tags or {}) for tags in (told.spec.defined_tags or {}).values())
    if count > _MOST_DEFINED_TAGS:
        yield Complaint("spec.definedTags", f"expected at most {_MOST_DEFINED_TAGS} tags, got {count}")


def tags_are_small(told: Told) -> Iterator[Complaint]:
    """All tags of a resource, as JSON, take at most 5 KB.

    Source: Tagging limits, Oracle Cloud Infrastructure documentation.
    """
    for name, tags in (("freeformTags", told.spec.freeform_tags), ("definedTags", told.spec.defined_tags)):
        size = len(json.dumps(tags or {}, ensure_ascii=False, default=str).encode())
        if size > _MOST_BYTES:
            yield Complaint(f"spec.{name}", f"expected at most {_MOST_BYTES} bytes of JSON, got {size}")
