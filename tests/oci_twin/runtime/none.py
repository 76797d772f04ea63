"""The runtime of a twin that serves nothing (``--runtime none``)."""

from __future__ import annotations

import attrs

from oci_twin.runtime.port import Preparation, Progress, Ready, Runtime, Serving


@attrs.frozen
class _AtOnce(Preparation):
    def poll(self) -> Progress:
        return Ready(None)


class NoRuntime(Runtime):
    """Finds everything ready at once, without looking at it; the data plane then answers 503 and says why."""

    def prepare(self, deployment_id: str, generation: int, serving: Serving) -> Preparation:
        return _AtOnce()

    def server_url(self, deployment_id: str, generation: int) -> str | None:
        return None

    def stop(self, deployment_id: str, generation: int) -> None:
        return None

    def stop_all(self) -> None:
        return None
