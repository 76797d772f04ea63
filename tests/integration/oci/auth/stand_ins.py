"""What the SDK asks for its tokens, on loopback: metadata service, auth service, token services, a cluster's proxy.

Each verifies what it is asked as OCI would; tokens are the twin's, so that the twin knows their holders.
"""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from integration.oci.auth.signed import Asked, key_of_token
from oci_twin.twin import Twin

Handler = Callable[[Asked], "tuple[int, bytes, dict[str, str]]"]
INSTANCE = "ocid1.instance.oc1.iad.aaaainstance"
RESOURCE = "ocid1.datasciencejobrun.oc1.iad.aaaaresource"


class StandIn:
    """A server on loopback; handlers by method and path, in threads of their own."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.routes: dict[tuple[str, str], Handler] = {}
        #: What a handler raised; a test looks at it when it ends.
        self.wrong: list[BaseException] = []
        self._server = ThreadingHTTPServer((host, port), self._handler())
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://{host}:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handling(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, content, more = stand_in.answer(Asked(self.command, self.path, headers, body))
                self.send_response(status)
                for name, value in {**more, "content-length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = _answer  # noqa: N815 - the server's names
            do_POST = _answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        return Handling

    def answer(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(asked)
        handler = self.routes.get((asked.method, asked.target.partition("?")[0]))
        if handler is None:
            return 404, b"{}", {}
        try:
            return handler(asked)
        except BaseException as fault:  # noqa: BLE001 - told to the test
            self.wrong.append(fault)
            return 400, b"{}", {}


def told(content: object, status: int = 200, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """An answer of JSON."""
    return status, json.dumps(content).encode(), {"content-type": "application/json", **headers}


def pem_key(text: str) -> rsa.RSAPublicKey:
    """A public key as the SDK sends it, without the lines around it."""
    key = serialization.load_der_public_key(base64.b64decode(text))
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def private_pem(key: rsa.RSAPrivateKey, pass_phrase: bytes | None = None) -> str:
    protection = serialization.BestAvailableEncryption(pass_phrase) if pass_phrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection).decode()


def certificate(key: rsa.RSAPrivateKey, *, unit: str, host: str | None = None) -> x509.Certificate:
    """A certificate that signed itself."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "stand-in"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        ]
    )
    now = dt.datetime.now(tz=dt.timezone.utc)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if host is not None:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key, hashes.SHA256())


@attrs.frozen
class Instance:
    """A compute instance: its metadata service, and the auth service that knows its certificate."""

    twin: Twin
    server: StandIn
    key: rsa.RSAPrivateKey

    @classmethod
    def on(cls, server: StandIn, twin: Twin, key: rsa.RSAPrivateKey) -> Instance:
        made = cls(twin, server, key)
        leaf = certificate(key, unit=f"opc-tenant:{twin.tenancy_id}").public_bytes(serialization.Encoding.PEM)
        for path, content in {
            "/opc/v2/instance/region": b"iad",
            "/opc/v2/instance/id": INSTANCE.encode(),
            "/opc/v2/identity/cert.pem": leaf,
            "/opc/v2/identity/intermediate.pem": leaf,
            "/opc/v2/identity/key.pem": private_pem(key).encode(),
        }.items():
            server.routes["GET", path] = made._metadata(content)
        server.routes["POST", "/v1/x509"] = made._federate
        return made

    def _metadata(self, content: bytes) -> Handler:
        def answer(asked: Asked) -> tuple[int, bytes, dict[str, str]]:
            assert asked.headers["authorization"] == "Bearer Oracle"
            return 200, content, {}

        return answer

    def _federate(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        """A token for the session key, where the instance's own key signed."""
        assert asked.fields["keyId"].startswith(f"{self.twin.tenancy_id}/fed-x509/")
        assert {"date", "(request-target)", "x-content-sha256"} <= set(asked.names)
        asked.check(self.key.public_key())
        return told({"token": self.twin.issue_token(pem_key(asked.json()["publicKey"]))})


@attrs.frozen
class TokenService:
    """The service that a resource belongs to, and the auth service that takes what it hands out."""

    twin: Twin
    server: StandIn
    #: Who may ask: finds the key by the key id.
    key_of: Callable[[str], rsa.RSAPublicKey]

    def serve(self, path: str) -> None:
        self.server.routes["GET", path] = self._hand_out
        self.server.routes["POST", "/v1/resourcePrincipalSessionToken"] = self._exchange

    def _hand_out(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        asked.check(self.key_of(asked.fields["keyId"]))
        return told({"resourcePrincipalToken": "the-rpt", "servicePrincipalSessionToken": "the-spst"})

    def _exchange(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        asked.check(self.key_of(asked.fields["keyId"]))
        content = asked.json()
        assert content["resourcePrincipalToken"] == "the-rpt"
        assert content["servicePrincipalSessionToken"] == "the-spst"
        return told({"token": self.twin.issue_token(pem_key(content["sessionPublicKey"]))})


def token_holder(key_id: str) -> rsa.RSAPublicKey:
    """The key of whoever signs with a token."""
    assert key_id.startswith("ST$")
    return key_of_token(key_id.removeprefix("ST$"))


@attrs.frozen
class Cluster:
    """An OKE cluster's proxy that gives pods their tokens; it listens on port 12250 with the cluster's certificate."""

    twin: Twin
    server: StandIn
    host: str
    certificate_file: Path
    token_file: Path
    service_account_token: str

    @classmethod
    def at(cls, host: str, twin: Twin, folder: Path, key: rsa.RSAPrivateKey) -> Cluster:
        certificate_file, token_file, key_file = folder / "ca.crt", folder / "sa-token", folder / "tls.pem"
        made = certificate(key, unit="cluster", host=host)
        certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        key_file.write_text(private_pem(key))
        token = twin.issue_token(key.public_key())
        token_file.write_text(token)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate_file, key_file)
        cluster = cls(twin, StandIn(host, 12250, context), host, certificate_file, token_file, token)
        cluster.server.routes["POST", "/resourcePrincipalSessionTokens"] = cluster._exchange
        return cluster

    def _exchange(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        assert asked.headers["authorization"] == f"Bearer {self.service_account_token}"
        token = self.twin.issue_token(pem_key(asked.json()["podKey"]), {"iat": int(time.time())})
        return 200, base64.b64encode(json.dumps({"token": f"ST${token}"}).encode()), {}
