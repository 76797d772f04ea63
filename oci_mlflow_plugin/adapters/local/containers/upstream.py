"""The container that requests are handed to."""

from __future__ import annotations

import http.client
from collections.abc import Mapping

import attrs

from oci_mlflow_plugin.adapters.local.containers.settings import ContainerSettings

#: Seconds for an answer. Source: OCI documentation, "Invoking a model deployment".
TIME_LIMIT = 60.0
#: Of a connection and not of the message, which the next connection has its own of. Source: RFC 9110, 7.6.1.
_OF_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)


@attrs.frozen
class Upstream:
    """A healthy container, and which port of 127.0.0.1 stands for each of its own."""

    settings: ContainerSettings
    ports: Mapping[int, int]

    def ask(
        self, method: str, port: int, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        """The connection, which the caller closes, and the answer's beginning.

        Raises:
            OSError: It does not answer, or not in time (`TimeoutError`).
            http.client.HTTPException: It answers with something that is not HTTP.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[port], timeout=TIME_LIMIT)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in end_to_end(headers):
                connection.putheader(name, value)
            connection.putheader("Connection", "close")
            connection.endheaders(body or None)
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise


def end_to_end(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that are about the message."""
    return [(name, value) for name, value in headers if name.lower() not in _OF_CONNECTION]
