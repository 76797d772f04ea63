"""The parts that a twin is put together from, before any of its services."""

from __future__ import annotations

import threading
from pathlib import Path

from attrs import frozen

from oci_twin.beginning import Beginning, beginning
from oci_twin.clock import TwinClock
from oci_twin.credentials import Credentials, credentials_in, issuer_key
from oci_twin.http.faults import Faults
from oci_twin.http.signatures import Signatures
from oci_twin.http.tokens import TokenIssuer
from oci_twin.limits.service import Quotas
from oci_twin.logging import catalogue
from oci_twin.logging.lines import Logs
from oci_twin.object_storage.store import ObjectStore
from oci_twin.state import State


@frozen
class Parts:
    """What the services share.

    Attributes:
        lock: Held while a handler works.
    """

    state: State
    clock: TwinClock
    begun: Beginning
    lock: threading.RLock
    faults: Faults
    credentials: Credentials
    issuer: TokenIssuer
    signatures: Signatures
    store: ObjectStore
    logs: Logs
    quotas: Quotas

    def begin(self) -> None:
        """Makes what a twin starts with, unless it is there."""
        self.store.begin()
        catalogue.begin(self.state, self.begun, self.clock)


def new_parts(home: Path | None, clock: TwinClock, signature_clock: TwinClock) -> Parts:
    """The parts of a twin with its state in a folder, or in memory."""
    state = State(home)
    begun = beginning(state)
    lock = threading.RLock()
    lasting = home is not None
    credentials = credentials_in(state.folder, begun, lasting=lasting)
    issuer = TokenIssuer(issuer_key(state.folder, lasting=lasting))
    signatures = Signatures(issuer, signature_clock)
    signatures.register(credentials.key_id, credentials.key.public_key())
    return Parts(
        state=state,
        clock=clock,
        begun=begun,
        lock=lock,
        faults=Faults(),
        credentials=credentials,
        issuer=issuer,
        signatures=signatures,
        store=ObjectStore(state, begun, clock, lock),
        logs=Logs(state),
        quotas=Quotas(),
    )
