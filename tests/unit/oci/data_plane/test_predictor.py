from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from unit.oci.data_plane.scripted_server import Scripted, ScriptedServer, scripted_server

from oci_mlflow_core.errors import InvalidRequestError, NoSuchDeploymentError, PayloadError, UnavailableError
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.data_plane.posting import Posting
from oci_mlflow_plugin.adapters.oci.data_plane.predictor import OciPredictor
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

OCID = "ocid1.datasciencemodeldeployment.oc1.iad." + "a" * 60
ABSENT = json.dumps({"code": "NotAuthorizedOrNotFound", "message": "no"}).encode()


@pytest.fixture(scope="module")
def config_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("oci")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(key)
    (folder / "key.pem").chmod(0o600)
    lines = {
        "user": "ocid1.user.oc1..tests",
        "tenancy": "ocid1.tenancy.oc1..tests",
        "fingerprint": ":".join(["00"] * 16),
        "key_file": folder / "key.pem",
        "region": "us-ashburn-1",
    }
    config = folder / "config"
    config.write_text("[DEFAULT]\n" + "".join(f"{name}={value}\n" for name, value in lines.items()), "utf-8")
    config.chmod(0o600)
    return config


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def connection(config_file: Path, server: ScriptedServer, clock: ManualClock, tmp_path: Path) -> Connection:
    environ = {"OCI_MLFLOW_CONFIG_FILE": str(config_file), "OCI_MLFLOW_MODEL_DEPLOYMENT_ENDPOINT": server.url}
    return Connection(Session(target=Target(), home=tmp_path), environ=environ, clock=clock)


@pytest.fixture
def predictor(connection: Connection) -> OciPredictor:
    return OciPredictor(connection)


def test_the_request_goes_to_the_deployment_signed_and_as_it_is(
    server: ScriptedServer, predictor: OciPredictor
) -> None:
    predictor.predict(OCID, b"a,b\n1,2\n", "text/csv")

    (asked,) = server.asked
    assert (asked.path, asked.body, asked.headers["content-type"]) == (f"/{OCID}/predict", b"a,b\n1,2\n", "text/csv")
    assert asked.headers["authorization"].startswith("Signature algorithm=")
    assert "x-content-sha256" in asked.headers


@pytest.mark.parametrize("status", [200, 400, 404, 413, 500])
def test_the_answer_is_returned_as_it_came(server: ScriptedServer, predictor: OciPredictor, status: int) -> None:
    server.answers = [Scripted(status=status, body=b'{"error": "x"}', headers={"opc-request-id": "A/B/C"})]

    answer = predictor.predict(OCID, b"{}")

    assert (answer.status, answer.body) == (status, b'{"error": "x"}')
    assert (answer.content_type, answer.request_id) == ("application/json", "A/B/C")
    assert len(server.asked) == 1


@pytest.mark.parametrize("suffix", ["", "/", "/predict", "/predict/"])
def test_a_deployment_is_called_by_its_url(server: ScriptedServer, predictor: OciPredictor, suffix: str) -> None:
    predictor.predict(f"{server.url}/some/where{suffix}", b"{}")

    assert server.asked[0].path == "/some/where/predict"


def test_a_url_that_names_a_route_of_its_own_is_called_there(server: ScriptedServer, predictor: OciPredictor) -> None:
    predictor.predict(f"{server.url}/some/where/predict/invocations", b"{}")

    assert server.asked[0].path == "/some/where/predict/invocations"


def test_what_is_neither_is_told(predictor: OciPredictor) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        predictor.predict("fraud", b"{}")

    assert str(caught.value) == "'fraud' is neither the OCID nor the URL of a deployment"


def test_too_long_a_body_is_refused_before_anything_is_sent(server: ScriptedServer, predictor: OciPredictor) -> None:
    with pytest.raises(PayloadError) as caught:
        predictor.predict(OCID, b"x" * (10 * 1024 * 1024 + 1))

    assert str(caught.value) == (
        "the request has 10,485,761 bytes, and a model deployment takes at most 10,485,760 (10 MB)"
    )
    assert server.asked == []


def test_what_the_service_does_not_know_is_told(server: ScriptedServer, predictor: OciPredictor) -> None:
    server.answers = [Scripted(status=404, body=ABSENT)]

    with pytest.raises(NoSuchDeploymentError) as caught:
        predictor.predict(OCID, b"{}")

    assert str(caught.value) == (
        f"no deployment answers at {OCID}: it is not there or not active, or the caller may not predict"
    )


def test_too_many_requests_are_waited_for_as_the_service_asks(
    server: ScriptedServer, predictor: OciPredictor, clock: ManualClock
) -> None:
    server.answers = [Scripted(status=429, headers={"Retry-After": "7"}), Scripted(status=503)]

    answer = predictor.predict(OCID, b"{}")

    assert answer.status == 200
    assert clock.sleeps[0] == 7
    assert len(clock.sleeps) == 2


def test_a_service_that_stays_away_has_the_last_word(
    server: ScriptedServer, predictor: OciPredictor, clock: ManualClock
) -> None:
    server.answers = [Scripted(status=503, body=bytes([number])) for number in range(9)]

    answer = predictor.predict(OCID, b"{}")

    assert (answer.status, answer.body) == (503, bytes([3]))
    assert len(clock.sleeps) == 3


def test_a_wait_that_is_too_long_is_not_begun(
    server: ScriptedServer, predictor: OciPredictor, clock: ManualClock
) -> None:
    server.answers = [Scripted(status=429, headers={"Retry-After": "3600"})]

    answer = predictor.predict(OCID, b"{}")

    assert (answer.status, clock.sleeps) == (429, [])


def test_a_connection_that_breaks_is_not_tried_again(
    server: ScriptedServer, predictor: OciPredictor, clock: ManualClock
) -> None:
    server.answers = [Scripted(status=None)]

    with pytest.raises(UnavailableError, match="does not answer: "):
        predictor.predict(OCID, b"{}")

    assert (len(server.asked), clock.sleeps) == (1, [])


def test_where_nothing_listens_it_is_tried_again_and_told(predictor: OciPredictor, clock: ManualClock) -> None:
    with pytest.raises(UnavailableError, match=r"^http://127\.0\.0\.1:1/predict does not answer: .*refused"):
        predictor.predict("http://127.0.0.1:1", b"{}")

    assert len(clock.sleeps) == 3


def test_an_answer_that_does_not_come_is_told(server: ScriptedServer, connection: Connection) -> None:
    never = threading.Event()
    server.answers = [Scripted(after=never)]

    with pytest.raises(UnavailableError) as caught:
        Posting(connection, server.url, timeout=(1.0, 0.1)).post(b"{}", "application/json")

    never.set()
    assert str(caught.value) == f"{server.url} has not answered within 0 s"


def test_a_token_that_has_ended_is_renewed_once(
    server: ScriptedServer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Renewable:
        """A signer as principals of instances and resources have it."""

        renewals = 0

        def __call__(self, request: Any) -> Any:
            request.headers["authorization"] = f"token {self.renewals}"
            return request

        def refresh_security_token(self) -> None:
            self.renewals += 1

    signer = Renewable()
    monkeypatch.setattr(Connection, "model_deployment_auth", signer)
    server.answers = [Scripted(status=401), Scripted(status=401, body=b"no")]

    answer = Posting(connection, server.url).post(b"{}", "application/json")

    assert (answer.status, answer.body) == (401, b"no")
    assert [asked.headers["authorization"] for asked in server.asked] == ["token 0", "token 1"]


def test_without_an_endpoint_the_region_of_the_ocid_says_where(config_file: Path, tmp_path: Path) -> None:
    connection = Connection(
        Session(target=Target(region="eu-frankfurt-1"), home=tmp_path),
        environ={"OCI_MLFLOW_CONFIG_FILE": str(config_file)},
    )

    url = OciPredictor(connection)._url(OCID)

    assert url == f"https://modeldeployment.us-ashburn-1.oci.customer-oci.com/{OCID}/predict"
