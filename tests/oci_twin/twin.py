"""The twin as one object, serving in a thread of this process."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from oci_twin.beginning import restore
from oci_twin.clock import SystemClock, TwinClock
from oci_twin.composition import Choices, services
from oci_twin.http.application import Application
from oci_twin.http.dispatch import Dispatcher
from oci_twin.http.retry_tokens import RetryTokens
from oci_twin.http.server import Server
from oci_twin.object_storage.service_packs import ServicePacks
from oci_twin.parts import new_parts
from oci_twin.runtime.registry import Registry

_WORKERS = 32
_PORT = "port"


class Twin:
    """OCI's services on loopback, from ``with Twin() as twin`` to the end of the block.

    Args:
        home: Where its state outlives it; without it, state is forgotten with the twin.
        clock: What states move on.
        signature_clock: What dates of requests are compared with; the SDK signs with the time of the machine.
        port: 0 for the one that this home had before if it is free, or any that is.
        choices: ``edit_rules``, ``runtime``, ``images``, ``registry``, ``engine``, ``start_seconds``, ``limits``,
            ``durations`` and ``behaviour``, as `oci_twin.composition.Choices` has them.

    Raises:
        OSError: The port is taken, or the home by another twin.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        clock: TwinClock | None = None,
        signature_clock: TwinClock | None = None,
        port: int = 0,
        **choices: Any,
    ) -> None:
        if home is not None:
            home = home.resolve()
            home.mkdir(parents=True, exist_ok=True)
        self.clock = clock or SystemClock()
        self._signature_clock = signature_clock or SystemClock()
        self._parts = new_parts(home, self.clock, self._signature_clock)
        self.state = self._parts.state
        chosen = Choices(**choices)
        #: Of the registry that stands for OCIR, without the password; empty where there is none.
        self.registry_url = "" if chosen.registry is None else f"http://{Registry(chosen.registry).address}"
        self._services = services(self._parts, chosen, lambda: self.url)
        self._workers = ThreadPoolExecutor(_WORKERS, "oci-twin")
        try:
            self._server = self._listening(port)
        except OSError:
            self.state.close()
            raise
        self.url = self._server.url
        self._services.begin()
        self._remember_port()
        self._name_what_there_is()

    def _name_what_there_is(self) -> None:
        parts, begun = self._parts, self._parts.begun
        self.faults = parts.faults
        self.logs = parts.logs
        self.quotas = parts.quotas
        self.store = parts.store
        self.service_packs = ServicePacks(parts.store)
        self.signatures = parts.signatures
        self.outcomes = self._services.data_science.outcomes
        self.shapes = self._services.data_science.around.shapes
        self.config_file = parts.credentials.config_file
        self.tenancy_id = begun.tenancy_id
        self.user_id = begun.user_id
        self.compartment_id = begun.compartment_id
        self.project_id = begun.project_id
        self.log_group_id = begun.log_group_id
        self.log_id = begun.log_id
        self.namespace = begun.namespace
        self.bucket = begun.bucket

    def sdk_config(self) -> dict[str, Any]:
        """What the SDK's clients take for ``config``; give them ``service_endpoint=twin.url`` too."""
        return dict(self._parts.credentials.config)

    def issue_token(
        self, holder: rsa.RSAPublicKey, claims: Mapping[str, Any] | None = None, *, seconds: float = 3600
    ) -> str:
        """A security token for whoever holds the private half of a key; resource principals' tokens are such ones.

        Args:
            claims: What it says beyond ``exp``, ``jwk``, ``sub``, ``res_tenant`` and ``res_compartment``.
        """
        own = {"sub": self.user_id, "res_tenant": self.tenancy_id, "res_compartment": self.compartment_id}
        until = self._signature_clock.now() + timedelta(seconds=seconds)
        return self._parts.issuer.issue(holder, {**own, **(claims or {})}, until=until)

    def reset(self) -> None:
        """Puts everything back to how it began: state, what serves, faults, outcomes, record of calls."""
        with self._parts.lock:
            self._services.data_science.forget()
            self.state.clear()
            restore(self.state, self._parts.begun)
            self._services.begin()
            self._remember_port()
            self.quotas.reset()
            self.faults.clear()
            self.faults.forget_calls()

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        # what is delayed ends now
        self.faults.clear()
        self._server.stop()
        self._services.runtime.stop_all()
        self._workers.shutdown()
        self._parts.state.close()

    def __enter__(self) -> Twin:  # noqa: PYI034 - typing.Self is younger than Python 3.10
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _listening(self, port: int) -> Server:
        parts = self._parts
        tokens = RetryTokens(parts.state, parts.clock)
        dispatcher = Dispatcher(self._services.routes(), parts.signatures, parts.faults, tokens, parts.lock)
        application = Application(dispatcher, parts.state, self._workers)
        before = parts.state.get(_PORT, _PORT) or {}
        try:
            server = Server(application, port or before.get(_PORT, 0))
        except OSError:
            if port:
                raise
            server = Server(application)
        return server

    def _remember_port(self) -> None:
        self.state.put(_PORT, _PORT, {_PORT: self._server.port})
