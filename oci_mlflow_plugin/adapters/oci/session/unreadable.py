"""Answers that are no JSON of the expected kind, as a proxy's page with status 200 is.

The SDK has no exception for them: its deserialiser fails with whatever Python raises there.
"""

from __future__ import annotations

import traceback

#: Of ``oci.base_client.BaseClient``.
_DESERIALISER = "deserialize_response_data"
_RAISED_THERE = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def is_unreadable(fault: BaseException) -> bool:
    """Whether the SDK failed to read an answer that came."""
    frames = traceback.walk_tb(fault.__traceback__)
    return isinstance(fault, _RAISED_THERE) and any(frame.f_code.co_name == _DESERIALISER for frame, _ in frames)
