"""Read-only files stay read-only, also for root."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable

_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1


def read_only_for_root() -> Callable[[], None] | None:
    """What a process of root does between fork and exec so that file modes bind the new program; None where they do.

    Root may write to read-only files by the capability CAP_DAC_OVERRIDE. A program that is started without it in the
    bounding set can never have it (capabilities(7)).
    """
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def drop() -> None:
        prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)

    return drop
