"""One entry for each request, in the log of the category ``access``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import attrs

from oci_twin.http.call import Call, Reply
from oci_twin.runtime.port import AppendLog


@attrs.frozen
class AccessLog:
    """Writes to the access logs of deployments that have one."""

    append_log: AppendLog
    now: Callable[[], datetime]

    def append(self, deployment: Mapping[str, Any], call: Call, reply: Reply, seconds: float) -> None:
        """Says what was asked and how it was answered."""
        log_id = ((deployment.get("categoryLogDetails") or {}).get("access") or {}).get("logId")
        if log_id is not None:
            message = f'"{call.method} {call.path}" {reply.status} {call.length} bytes {1000 * seconds:.0f} ms'
            self.append_log(log_id, self.now(), str(deployment["id"]), message, "access")
