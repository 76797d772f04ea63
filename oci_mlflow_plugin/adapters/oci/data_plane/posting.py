"""One signed request to a deployment, made again only where it certainly had no effect.

Imports ``requests`` and, with the session, ``oci``; the predictor is imported when it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs
import requests

from oci_mlflow_core.errors import UnavailableError
from oci_mlflow_core.model.deployment import Answer
from oci_mlflow_plugin.adapters.oci.session.calling import Patience
from oci_mlflow_plugin.adapters.oci.session.connection import Connection
from oci_mlflow_plugin.adapters.oci.session.verdicts import retry_after

#: Seconds: to connect, and for the answer; a deployment gives up after 60 and says so.
#: Source: OCI documentation, "Invoking a model deployment".
TIMEOUT = (10.0, 65.0)
#: A caller waits for a prediction: it is told soon.
PATIENCE = Patience(attempts=4, total=60.0, first_wait=0.5, longest_wait=10.0)
_UNAUTHENTICATED = 401
#: Refused before a model saw it.
_REFUSED = frozenset({429, 503})


@attrs.frozen
class Posting:
    """A URL, and the caller's way there."""

    connection: Connection
    url: str
    patience: Patience = PATIENCE
    timeout: tuple[float, float] = TIMEOUT

    def post(self, body: bytes, content_type: str) -> Answer:
        """The answer, whatever its status.

        Raises:
            UnavailableError: No answer came.
        """
        clock = self.connection.clock
        end, attempt, renewed = clock.monotonic() + self.patience.total, 0, False
        while True:
            attempt += 1
            try:
                response = self._once(body, content_type)
            except requests.RequestException as fault:
                # with no connection nothing was sent; one that broke may have brought the request there
                wait = self._wait(attempt, end) if _never_sent(fault) else None
                if wait is None:
                    raise self._silent(fault) from fault
            else:
                if response.status_code == _UNAUTHENTICATED and not renewed and self._renew():
                    renewed = True
                    continue
                wait = self._wait(attempt, end, _asked(response.headers, clock.now()))
                if response.status_code not in _REFUSED or wait is None:
                    return _answer(response)
            clock.sleep(wait)

    def _once(self, body: bytes, content_type: str) -> requests.Response:
        return requests.post(
            self.url,
            data=body,
            headers={"content-type": content_type, "accept": "application/json"},
            auth=self.connection.model_deployment_auth,
            timeout=self.timeout,
            allow_redirects=False,
        )

    def _wait(self, attempt: int, end: float, asked: float | None = None) -> float | None:
        """Seconds before the next attempt; None where there is to be none."""
        wait = self.patience.wait_after(attempt, asked)
        in_time = self.connection.clock.monotonic() + wait <= end
        return wait if in_time and attempt < self.patience.attempts else None

    def _renew(self) -> bool:
        """Whether the caller has a new token; principals of instances and resources get one before the old one ends."""
        refresh = getattr(self.connection.model_deployment_auth, "refresh_security_token", None)
        if refresh is None:
            return False
        refresh()
        return True

    def _silent(self, fault: Exception) -> UnavailableError:
        if isinstance(fault, requests.ReadTimeout):
            return UnavailableError(
                f"{self.url} has not answered within {self.timeout[1]:.0f} s",
                "A deployment has 60 s for each request: send fewer rows at a time, or give it a larger shape.",
            )
        return UnavailableError(
            f"{self.url} does not answer: {_told(fault)}",
            "'mlflow deployments get' shows the deployment's state; a private one is reached in its VCN alone.",
        )


def _asked(headers: Mapping[str, str], now: datetime) -> float | None:
    return retry_after({key.lower(): value for key, value in headers.items()}, now)


def _never_sent(fault: requests.RequestException) -> bool:
    """Whether no connection was made; urllib3 says so by type, inside of what requests raises."""
    if isinstance(fault, requests.ConnectTimeout):
        return True
    inner = fault.args[0] if fault.args else None
    reason = getattr(inner, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}


def _told(fault: Exception) -> str:
    inner = fault.args[0] if fault.args else fault
    return str(getattr(inner, "reason", None) or inner)


def _answer(response: requests.Response) -> Answer:
    return Answer(
        status=response.status_code,
        body=response.content,
        content_type=response.headers.get("content-type", "").partition(";")[0].strip(),
        request_id=response.headers.get("opc-request-id", ""),
    )
