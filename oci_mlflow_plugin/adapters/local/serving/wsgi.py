"""The application for servers that speak WSGI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from oci_mlflow_plugin.adapters.local.serving.bodies import content_length, read_body
from oci_mlflow_plugin.adapters.local.serving.handling import Handler, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    WsgiApp = Callable[[Any, Any], Iterable[bytes]]


def wsgi_app(handler: Handler) -> WsgiApp:
    """A WSGI application (PEP 3333) that asks the handler."""

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401
        length = content_length(environ.get("CONTENT_LENGTH") or None)
        # waitress joins a chunked body and tells its length; the header that was sent says what the client did
        told = None if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() else length
        body = read_body(environ["wsgi.input"].read, length)
        response = handler.handle(Request(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), told, body))
        start_response(response.status_line, response.headers)
        # gunicorn warns of a body that it must not send
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]

    return app
