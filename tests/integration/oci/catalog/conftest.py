from __future__ import annotations

from integration.oci.twin_that_serves_nothing import clock, service, serving, step, twin

__all__ = ["clock", "service", "serving", "step", "twin"]
