"""From a server's job to a handler that answers."""

from __future__ import annotations

import platform
import time

from oci_mlflow_plugin.adapters.local.serving.handling import Handler
from oci_mlflow_plugin.adapters.local.serving.job import Job
from oci_mlflow_plugin.adapters.local.serving.log import say
from oci_mlflow_plugin.adapters.local.serving.scoring import Scorer


def loaded_handler(job: Job, server: str) -> Handler:
    """Loads the model and says so in the log; `server` is the name of what carries the requests.

    Raises:
        BaseException: Whatever ``score.py`` raises.
    """
    began = time.monotonic()
    scorer = Scorer.load(job.artifact, job.fault)
    say(f"{server}, Python {platform.python_version()}, model loaded in {time.monotonic() - began:.1f} s")
    return Handler(scorer, server)
