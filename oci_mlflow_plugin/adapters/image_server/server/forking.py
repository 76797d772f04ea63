"""Whether processes may be forked off this one after a model was loaded, and what they have to do first."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

_TASKS = Path("/proc/self/task")
#: Threads of jemalloc, which pyarrow brings.
_RESTARTED = frozenset({"jemalloc_bg_thd"})


def can_fork(tasks: Path = _TASKS) -> str:
    """Why not; empty where it is safe.

    Threads do not follow into a forked process, and what they were to do there is waited for without end. OpenBLAS and
    jemalloc alone end their threads before a fork, or start them again after it.
    """
    if threading.active_count() > 1:
        return "the model has started threads"
    if not tasks.is_dir():
        return "this system does not tell of threads"
    others = [task for task in tasks.iterdir() if (task / "comm").read_text().strip() not in _RESTARTED]
    return "libraries of the model have started threads" if len(others) - 1 > _openblas_threads() else ""


def _openblas_threads() -> int:
    tells = getattr(sys.modules.get("threadpoolctl"), "threadpool_info", None)
    if tells is None:
        return 0
    return sum(pool["num_threads"] - 1 for pool in tells() if pool.get("internal_api") == "openblas")


class Seeds:
    """NumPy's random numbers, which would be the same in all processes; Python's own differ by themselves."""

    def __init__(self) -> None:
        self._before = _state()

    def renew(self) -> None:
        """Gives this process numbers of its own, unless the model has set its seed while it was loaded."""
        if self._before is not None and _state() == self._before:
            sys.modules["numpy"].random.seed()


def _state() -> Any:  # noqa: ANN401
    try:
        import numpy as np  # noqa: PLC0415 - the model's environment may have none
    except ImportError:
        return None
    # the state that models use without asking
    return [getattr(part, "tolist", lambda part=part: part)() for part in np.random.get_state()]  # noqa: NPY002
