"""A repository of a registry, as the rest of the project asks for it: patient, and with this project's errors."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from oci_mlflow_builders.registry.authentication import Login
from oci_mlflow_builders.registry.faults import GoneWrongError, NotThereError, calling, unavailable
from oci_mlflow_builders.registry.hosts import answers_at
from oci_mlflow_core.errors import ServiceError

if TYPE_CHECKING:
    from oci_mlflow_builders.registry.connection import Connection

#: Seconds before each further attempt at a call that was cut off or that the registry was too busy for.
PAUSES: Final = (1.0, 3.0, 9.0)
_Answer = TypeVar("_Answer")


@attrs.frozen
class Manifest:
    """A manifest or an index of manifests, as it lies in a registry."""

    content: bytes = attrs.field(repr=False)
    #: Media type.
    kind: str

    @property
    def digest(self) -> str:
        """``sha256:…`` of its bytes."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"


class Repository:
    """One repository; may be used by several threads, each call has a connection of its own or shares one in `call`.

    Args:
        registry: Host, with a port where it is not the usual one.
        name: Path of the repository there.
        environ: Where the login is found.
        pause: Waits for so many seconds; what it raises ends the attempts.

    Raises:
        RegistryRefusedError: The login that is kept for the registry cannot be read.
    """

    def __init__(
        self,
        registry: str,
        name: str,
        environ: Mapping[str, str] = os.environ,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.registry, self.name = registry, name
        self._address = answers_at(registry, environ)
        self._login = Login(registry, environ)
        self._pause = pause

    def call(self, ask: Callable[[Connection], _Answer]) -> _Answer:
        """What `ask` gives; it is asked again, with a new connection, where the call was cut or the registry is busy.

        Raises:
            RegistryRefusedError: The login failed, or the user may not do that.
            NotThereError: The registry knows nothing of that name.
            ServiceError: It refused for another reason.
            UnavailableError: It did not answer, each time.
        """
        for pause in (*PAUSES, None):
            try:
                return self._asked_once(ask)
            except GoneWrongError as fault:  # noqa: PERF203 - waits for seconds anyway
                if pause is None:
                    raise unavailable(fault) from fault
                self._pause(pause)
        raise AssertionError

    def _asked_once(self, ask: Callable[[Connection], _Answer]) -> _Answer:
        from oci_mlflow_builders.registry.connection import Connection  # noqa: PLC0415 - imports requests

        with (
            calling(self.registry, self._login.username),
            Connection(self._address, self.name, self._login.answer) as connection,
        ):
            return ask(connection)

    def manifest(self, tag_or_digest: str) -> Manifest | None:
        """The manifest or index, or None where there is none of that tag or digest.

        Raises:
            ServiceError: It is not the one that the digest names, or as in `call`.
        """
        try:
            found = Manifest(*self.call(lambda connection: connection.manifest(tag_or_digest)))
        except NotThereError:
            return None
        if ":" in tag_or_digest and found.digest != tag_or_digest:
            raise ServiceError(f"{self.registry}/{self.name}: the registry gave another manifest than {tag_or_digest}")
        return found

    def small_blob(self, digest: str) -> bytes:
        """A blob that fits into memory, such as the configuration of an image; errors as in `call`."""
        return self.call(lambda connection: b"".join(connection.download(digest)))
