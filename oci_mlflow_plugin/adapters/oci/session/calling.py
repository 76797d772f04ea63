"""Calls of the SDK: repeated where that is safe, within bounds, and their failures in the core's words.

The SDK's own retry strategies are never used: they sleep without a word for minutes, and wait for states (409
``IncorrectState``) that only the caller can judge.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

import attrs

from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_core.ports.progress_sink import Step
from oci_mlflow_plugin.adapters.oci.session.errors import translated
from oci_mlflow_plugin.adapters.oci.session.verdicts import Verdict, verdict_on

_R = TypeVar("_R")


@attrs.frozen(kw_only=True)
class Patience:
    """How often and how long a call is repeated."""

    #: Calls in all, the first one counted.
    attempts: int = 6
    #: Seconds from the first call, after which none is begun.
    total: float = 120.0
    #: Seconds before the second call; doubled before each further one.
    first_wait: float = 1.0
    #: Seconds between two calls at most, unless OCI asks for more.
    longest_wait: float = 30.0
    #: A random number from 0 to 1, so that many clients do not come back at once.
    jitter: Callable[[], float] = random.random

    def wait_after(self, attempt: int, asked: float | None) -> float:
        """Seconds to wait after that attempt (1 is the first): half of it fixed, half of it random."""
        grown = min(self.longest_wait, self.first_wait * 2.0 ** (attempt - 1))
        return max(grown * (1 + self.jitter()) / 2, asked or 0.0)


PATIENCE = Patience()


def call(  # noqa: PLR0913 - the call, and how to make it
    clock: Clock,
    what: str,
    function: Callable[..., _R],
    /,
    *args: object,
    step: Step | None = None,
    safe: bool = True,
    deadline: float | None = None,
    patience: Patience = PATIENCE,
    **kwargs: object,
) -> _R:
    """The SDK's response; what could not be had is an error of the core.

    A call is repeated after a connection error, 429 and 5xx (501 excepted) when `safe`: for reads, and for changes that
    carry a retry token or an if-match. When not `safe` it is repeated only after what proves that OCI did nothing: no
    connection was made, or 429. No 409 is ever waited for.

    Args:
        clock: Waits and measures.
        what: What is done, to follow "could not", such as ``read the deployment ocid1…``.
        function: A bound method of an SDK client, or anything that makes one such call. A body that is a stream is not
            rewound between attempts: hand over a function that opens it.
        *args: Its arguments.
        step: Told what is waited for.
        safe: Whether making the call twice does no harm.
        deadline: Of `Clock.monotonic`, after which no further attempt is begun.
        patience: Bounds.
        **kwargs: Its keyword arguments.

    Raises:
        DeploymentError: `translated` gives the classes; its cause is a `CallFailedError`, see `failure_of`.
    """
    end = min(clock.monotonic() + patience.total, float("inf") if deadline is None else deadline)
    uncertain = False
    attempt = 0
    while True:
        attempt += 1
        try:
            return function(*args, **kwargs)
        except Exception as fault:
            verdict = verdict_on(fault)
            if verdict is None:
                raise
            uncertain = uncertain or verdict.uncertain
            wait = patience.wait_after(attempt, verdict.retry_after)
            spent = attempt >= patience.attempts or clock.monotonic() + wait > end
            if spent or not verdict.repeatable(safe=safe):
                error, cause = translated(what, fault, attempts=attempt, uncertain=uncertain)
                raise error from cause
        _wait(clock, step, verdict, wait, f"attempt {attempt} of {patience.attempts}")


def _wait(clock: Clock, step: Step | None, verdict: Verdict, wait: float, which: str) -> None:
    if step is not None:
        step.says(f"{verdict.told} ({which}); calling again in {wait:.0f} s")
    clock.sleep(wait)
