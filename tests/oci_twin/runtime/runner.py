"""Serves ``score.py`` inside a model's own environment, with Python 3.8 and later and its standard library alone.

It knows what OCI promises of a conda deployment and nothing more: ``score.py`` is imported from the artifact's folder
and defines ``load_model()`` and ``predict(data, model=load_model())``, which answers a request's JSON body with
something that JSON can say; whatever it raises is a 500. Where ``model`` has no default, it is loaded and passed.

Source: OCI documentation, "Preparing the score.py file" and "Invoking a model deployment".
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Seconds in which requests that were begun are finished after SIGTERM.
_GRACE = 65.0
_FAILED = "The function predict() of score.py failed; the predict log says why."


class ContractError(Exception):
    """``score.py`` lacks something that OCI asks of it."""


class ModelError(Exception):
    """``load_model()`` raised its cause."""


def main(text: str) -> None:
    """Serves by the JSON text ``{"artifact", "socket", "report"}``, the last two file descriptors."""
    job = json.loads(text)
    for descriptor in (job["socket"], job["report"]):
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - the only form
    # the folder of this file is nothing that a model should see
    sys.path[:] = [job["artifact"], *(entry for entry in sys.path if entry != os.path.dirname(__file__))]  # noqa: PTH120
    with os.fdopen(job["report"], "w") as report:
        try:
            predict = load_predict()
        except BaseException as fault:  # noqa: BLE001 - sys.exit() in score.py is a fault as well
            traceback.print_exc()
            report.write(json.dumps(describe(fault)))
            raise SystemExit(1) from None
        server = _Server(socket.socket(fileno=job["socket"]), predict)
        report.write("null")
    server.serve()


def describe(fault: BaseException) -> str:
    """One sentence about what is wrong with ``score.py``."""
    if isinstance(fault, ContractError):
        return str(fault)
    if isinstance(fault, ModelError) and fault.__cause__ is not None:
        return f"load_model() in score.py fails: {_last_line(fault.__cause__)}"
    return f"score.py does not import: {_last_line(fault)}"


def _last_line(fault: BaseException) -> str:
    return "".join(traceback.format_exception_only(type(fault), fault)).strip().splitlines()[-1]


def load_predict() -> Callable[[Any], Any]:
    """Imports ``score.py`` and loads its model.

    Raises:
        ContractError: A function is missing or takes other parameters.
        ModelError: ``load_model()`` raises something.
        BaseException: Whatever the file raises.
    """
    score = importlib.import_module("score")
    for name in ("load_model", "predict"):
        if not callable(getattr(score, name, None)):
            raise ContractError(f"score.py defines no function {name}()")
    _check_parameters(score.predict)
    if inspect.signature(score.predict).parameters["model"].default is not inspect.Parameter.empty:
        return lambda data: score.predict(data)  # noqa: PLW0108 - looked up for each request, as it is below
    try:
        model = score.load_model()
    except BaseException as fault:
        raise ModelError from fault
    return lambda data: score.predict(data, model)


def _check_parameters(predict: Callable[..., Any]) -> None:
    parameters = list(inspect.signature(predict).parameters.values())
    if [parameter.name for parameter in parameters[:2]] != ["data", "model"]:
        raise ContractError("the first parameters of predict() in score.py have to be called data and model")
    for parameter in parameters[2:]:
        variable = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if parameter.default is parameter.empty and not variable:
            raise ContractError(f"the parameter {parameter.name} of predict() in score.py has no default")


class _Server(ThreadingHTTPServer):
    """A threading server on a socket that listens already, which counts the requests that it has not answered."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, listening: socket.socket, predict: Callable[[Any], Any]) -> None:
        super().__init__(listening.getsockname(), _Connection, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.predict = predict
        self._busy = 0
        self._idle = threading.Condition()

    def serve(self) -> None:
        """Serves until SIGTERM, finishes what was begun, and ends the whole process group."""
        asked = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: asked.set())
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()
        # a signal that the system gives to another thread does not end a wait without limit
        while not asked.wait(0.5):
            pass
        self.shutdown()
        self.socket.settimeout(0)
        while self._accepted_one_more():
            pass
        self.server_close()
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0, _GRACE)
        os.killpg(0, signal.SIGKILL)

    def _accepted_one_more(self) -> bool:
        try:
            request, address = self.socket.accept()
        except OSError:
            return False
        self.process_request(request, address)
        return True

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._idle:
            self._busy += 1
        request.settimeout(None)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has left is nothing that the predict log should tell."""

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._idle:
            self._busy -= 1
            self._idle.notify_all()


class _Connection(BaseHTTPRequestHandler):
    """One connection, which carries one request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Requests are told by the access log, not by the predict log."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            data = json.loads(body)
        except ValueError as fault:
            self._refuse(400, "CannotParseRequest", f"The body is no JSON: {fault}")
            return
        self._predict(data)

    def _predict(self, data: Any) -> None:
        try:
            text = json.dumps(self._server().predict(data), allow_nan=False)
        except BaseException:  # noqa: BLE001 - sys.exit() in score.py must not end the server
            traceback.print_exc()
            self._refuse(
                500, "InternalServerError", "The function predict() of score.py failed; the predict log says why."
            )
            return
        self._send(200, text)

    def _server(self) -> _Server:
        assert isinstance(self.server, _Server)
        return self.server

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._send(status, json.dumps({"code": code, "message": message}))

    def _send(self, status: int, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    main(sys.argv[1])
