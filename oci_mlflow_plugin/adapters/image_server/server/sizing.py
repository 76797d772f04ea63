"""How many processes and threads answer requests."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from pathlib import Path
from typing import NamedTuple

from oci_mlflow_plugin.adapters.image_server.server import resources
from oci_mlflow_plugin.adapters.image_server.server.settings import Settings

#: Bytes that a process needs beside the model: Python, MLflow, pandas and requests of 10 MB.
_PROCESS = 300 * 1024 * 1024
#: A model in memory, compared with its files, which may be compressed.
_UNPACKED = 2
#: Share of the memory that processes may plan with; the rest is for peaks and the page cache.
_PLANNED = 0.8
#: Threads for models that wait for other services more than they compute.
_WAITING = 32
_LOADER = re.compile(r"^\s*loader_module:\s*['\"]?([\w.]+)", re.MULTILINE)
_WAITS = re.compile(r"^\s*streamable:\s*true|^\s*task:\s*['\"]?(agent|llm)/", re.MULTILINE)
_REMOTE = frozenset({"mlflow.openai", "mlflow.langchain", "mlflow.llama_index", "mlflow.dspy", "mlflow.dspy.wrapper"})
#: They have threads, a JVM or device handles that a forked process cannot use.
_NEVER_FORKED = frozenset(
    {"mlflow.tensorflow", "mlflow.keras", "mlflow.spark", "mlflow.h2o", "mlflow.johnsnowlabs", "mlflow.pytorch"}
)
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class Size(NamedTuple):
    """Processes and threads of a server."""

    workers: int
    #: Predictions at once in one process.
    threads: int
    #: Why so many processes, for the log.
    reason: str
    #: Whether the model may be loaded once, before the processes are forked.
    forkable: bool


def size_of(settings: Settings) -> Size:
    """The size for this machine, this model and these settings."""
    text = (settings.model / "MLmodel").read_text(encoding="utf-8", errors="replace")
    workers, reason = _workers(settings)
    forkable = workers > 1 and not settings.apart and _loader(text) not in _NEVER_FORKED and not resources.has_gpu()
    return Size(workers, settings.threads or _threads(text, workers), reason, forkable)


def _workers(settings: Settings) -> tuple:  # type: ignore[type-arg]
    if settings.workers:
        return settings.workers, "WEB_CONCURRENCY"
    if resources.has_gpu():
        return 1, "one GPU model in memory"
    needed = _PROCESS + _UNPACKED * resources.folder_bytes(settings.model)
    memory, cores = resources.memory_bytes(), resources.cores()
    fitting = int(_PLANNED * memory) // needed
    if fitting < cores:
        return max(1, fitting), f"{memory >> 20} MB of memory, {needed >> 20} MB for each process"
    return cores, f"{cores} processors"


def _threads(text: str, workers: int) -> int:
    if _loader(text) in _REMOTE or _WAITS.search(text):
        return _WAITING
    return max(2, resources.cores() // workers)


def _loader(text: str) -> str:
    found = _LOADER.search(text)
    return found.group(1) if found else ""


def share_cores(size: Size, environ: MutableMapping[str, str]) -> None:
    """Tells numeric libraries, where the user has not, how many threads of their own one prediction may use.

    They would take one for each processor of the machine, in every process, whatever the control group allows.
    """
    share = str(max(1, resources.cores() // size.workers))
    for name in _THREAD_VARIABLES:
        environ.setdefault(name, share)


def model_name(model: Path) -> str:
    """The loader of the model, such as ``mlflow.sklearn``, for the log."""
    return _loader((model / "MLmodel").read_text(encoding="utf-8", errors="replace"))
