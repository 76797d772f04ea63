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
from oci_mlflow_core.ports.progress_sink import Step, current_step
from oci_mlflow_plugin.adapters.oci.session.errors import translated
from oci_mlflow_plugin.adapters.oci.session.verdicts import verdict_on

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
        function: A method of an SDK client, or anything that makes one such call. A body that is a
            stream is not rewound between attempts: hand over a function that opens it.
        *args: Of the function.
        step: Told what is waited for; the one that goes on where it is left out.
        safe: Whether making the call twice does no harm.
        deadline: Of `Clock.monotonic`, after which no further attempt is begun.
        patience: Bounds.
        **kwargs: Of the function.

    Raises:
        DeploymentError: `translated` gives the classes; its cause is a `CallFailedError`, see `failure_of`.
    """
    end = min(clock.monotonic() + patience.total, float("inf") if deadline is None else deadline)
    attempts = _Attempts(clock, what, safe, patience, end)
    while True:
        try:
            return function(*args, **kwargs)
        except Exception as fault:  # noqa: BLE001 - what is no failure of the call is raised again
            wait = attempts.wait_after(fault)
        shown = step or current_step.get()
        if shown is not None:
            shown.says(f"{attempts.told}; calling again in {wait:.0f} s")
        clock.sleep(wait)


@attrs.define
class _Attempts:
    """The attempts of one call so far."""

    clock: Clock
    what: str
    safe: bool
    patience: Patience
    #: Of the clock, after which none is begun.
    end: float
    made: int = 0
    uncertain: bool = False
    #: What became of the last one.
    told: str = ""

    def wait_after(self, fault: Exception) -> float:
        """Seconds before the next attempt.

        Raises:
            DeploymentError: There is to be none.
        """
        verdict = verdict_on(fault)
        if verdict is None:
            raise fault
        self.made += 1
        self.uncertain = self.uncertain or verdict.uncertain
        self.told = f"{verdict.told} (attempt {self.made} of {self.patience.attempts})"
        wait = self.patience.wait_after(self.made, verdict.retry_after)
        spent = self.made >= self.patience.attempts or self.clock.monotonic() + wait > self.end
        if spent or not verdict.repeatable(safe=self.safe):
            error, cause = translated(self.what, fault, attempts=self.made, uncertain=self.uncertain)
            raise error from cause
        return wait
