"""Which form of progress fits where stderr goes."""

from __future__ import annotations

import sys

from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.progress_sink import ProgressSink
from oci_mlflow_plugin.progress.plain_lines import PlainLines


def progress_on_stderr(clock: Clock) -> ProgressSink:
    """A live line where stderr is a terminal, plain lines elsewhere."""
    if sys.stderr is not None and sys.stderr.isatty():
        from oci_mlflow_plugin.progress.live_line import LiveLine  # noqa: PLC0415 (rich only where it is used)

        return LiveLine(clock)
    return PlainLines(clock)
