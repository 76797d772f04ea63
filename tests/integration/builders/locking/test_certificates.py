"""A channel behind a site's own certificate is trusted where conda or the environment names it."""

from __future__ import annotations

import datetime as dt
import functools
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from integration.builders.rattler.forge import Forge
from rig.channel.channels import Channels

from oci_mlflow_core.errors import BuildError


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keeps the test's output clean."""


def _certificate(folder: Path) -> tuple[Path, Path]:
    """The certificate of an authority of its own, and a file with a server's certificate and key."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("site", "server")]
    now = dt.datetime.now(dt.timezone.utc)

    def signed(of: int, *, authority: bool) -> bytes:
        builder = x509.CertificateBuilder(
            issuer_name=names[0],
            subject_name=names[of],
            public_key=keys[of].public_key(),
            serial_number=of + 1,
            not_valid_before=now - dt.timedelta(days=1),
            not_valid_after=now + dt.timedelta(days=1),
        ).add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        if not authority:
            address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        return builder.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    key = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    site, server = folder / "site.pem", folder / "server.pem"
    site.write_bytes(signed(0, authority=True))
    server.write_bytes(signed(1, authority=False) + key)
    return site, server


@pytest.fixture
def secured(channels: Channels, tmp_path: Path) -> Iterator[tuple[Forge, Path]]:
    """What locks from a server of the channels over HTTPS, and the certificate that it has to be trusted by."""
    site, server = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(channels.folder))) as http:
        http.socket = context.wrap_socket(http.socket, server_side=True)
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        alias = f"https://127.0.0.1:{http.server_address[1]}"
        yield Forge(folder=tmp_path, alias=alias, python=channels.python, glibc=channels.glibc), site
        http.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody names certificates but the test."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def test_a_server_that_nobody_vouches_for_is_not_trusted(secured: tuple[Forge, Path]) -> None:
    forge, _ = secured

    with pytest.raises(BuildError) as caught:
        forge.lock(forge.request())

    place = f"{forge.alias}/conda-forge"
    assert caught.value.reason == (
        f"the channel conda-forge ({place}) cannot be trusted: invalid peer certificate: UnknownIssuer"
    )
    assert caught.value.hint == ("Name the certificates of your site with SSL_CERT_FILE, or ssl_verify in .condarc.")


def test_condas_certificates_are_taken(secured: tuple[Forge, Path]) -> None:
    forge, site = secured
    forge.home.mkdir()
    (forge.home / ".condarc").write_text(f"ssl_verify: {site}\n")

    assert forge.lock(forge.request()).python.version == forge.python


def test_servers_are_not_checked_where_conda_was_told_so(secured: tuple[Forge, Path]) -> None:
    forge, _ = secured
    forge.variables["CONDA_SSL_VERIFY"] = "false"

    assert forge.lock(forge.request()).python.version == forge.python
