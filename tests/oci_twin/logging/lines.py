"""The lines that were logged."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime
from typing import Any

from oci_twin.clock import rfc3339
from oci_twin.state import State

_KIND = "log_line"


class Logs:
    """Takes lines from whatever runs in the twin, from any thread."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._lock = threading.Lock()

    def append(self, log_id: str, when: datetime, source: str, message: str, category: str = "predict") -> None:
        """Takes a line.

        Args:
            source: What logged it, such as a deployment's OCID.
            category: Of a deployment's logs: ``predict`` or ``access``.
        """
        line = {"id": uuid.uuid4().hex, "logId": log_id, "when": rfc3339(when), "source": source, "message": message}
        line["category"] = category
        with self._lock:
            self._state.put(_KIND, line["id"], line)

    def lines(self, *log_ids: str) -> list[dict[str, Any]]:
        """Lines of these logs, or of all, in the order in which they came."""
        return [line for line in self._state.all(_KIND) if not log_ids or line["logId"] in log_ids]
