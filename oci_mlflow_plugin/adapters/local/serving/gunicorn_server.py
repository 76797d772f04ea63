"""gunicorn, with one worker of its own: the supervisor starts as many servers as there are to be workers."""

from __future__ import annotations

import threading
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from oci_mlflow_plugin.adapters.local.serving.job import GRACE, THREADS, Job
from oci_mlflow_plugin.adapters.local.serving.loading import loaded_handler
from oci_mlflow_plugin.adapters.local.serving.wsgi import wsgi_app
from oci_mlflow_plugin.adapters.local.supervision.lifeline import end_with

#: Seconds for the first bytes of a connection that was accepted just before the end.
_LINGER = 0.5


class DrainingWorker(ThreadWorker):  # type: ignore[misc]
    """Answers what it has accepted before it ends; gunicorn 21 to 23 drop what has sent nothing yet."""

    def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ANN401
        if hasattr(ThreadWorker, "set_accept_enabled"):
            super().handle_exit(sig, frame)
            return
        for listener in self.sockets:
            if listener.fileno() in self.poller.get_map():
                self.poller.unregister(listener)
        threading.Timer(_LINGER, super().handle_exit, (sig, frame)).start()

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - as gunicorn 24 and later call it
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                listener.close()


class _Application(BaseApplication):  # type: ignore[misc]
    def __init__(self, job: Job) -> None:
        self._job = job
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": self._job.binds(),
            "workers": 1,
            # gunicorn 21 wants a name
            "worker_class": f"{__name__}.{DrainingWorker.__name__}",
            "threads": THREADS,
            "keepalive": 0,
            "graceful_timeout": int(GRACE),
            # a model may take its time to load; the supervisor and its user decide how long
            "timeout": 0,
            "loglevel": "warning",
            "proc_name": "oci-mlflow",
            "post_fork": lambda _arbiter, _worker: end_with(self._job.lifeline),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401
        return wsgi_app(loaded_handler(self._job, "gunicorn"))


def serve(job: Job) -> None:
    """Serves until SIGTERM; the worker loads the model before it takes requests."""
    _Application(job).run()
