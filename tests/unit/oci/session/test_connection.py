from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from oci.circuit_breaker import DEFAULT_CIRCUIT_BREAKER_STRATEGY
from oci.retry import NoneRetryStrategy

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

Connect = Callable[..., Connection]
CLIENTS = ["data_science", "object_storage", "logging", "log_search", "identity", "limits"]
DEPLOYMENT = "ocid1.datasciencemodeldeployment.oc1.phx.aaaa"


@pytest.fixture
def connect(
    tmp_path: Path, write_config: Callable[..., Path], api_key_keys: dict[str, str], clock: ManualClock
) -> Connect:
    file = write_config(DEFAULT=api_key_keys)

    def make(target: str = "oci-datascience", **environ: str) -> Connection:
        session = Session(target=Target.parse(target), home=tmp_path)
        return Connection(session, {"OCI_CONFIG_FILE": str(file), **environ}, clock)

    return make


def test_making_one_reads_nothing(tmp_path: Path) -> None:
    session = Session(target=Target.parse("oci-datascience"), home=tmp_path)

    connection = Connection(session, {"OCI_CONFIG_FILE": "/none", "OCI_MLFLOW_ENDPOINT": "nonsense"})

    assert connection.session is session


def test_importing_it_imports_no_sdk() -> None:
    program = "import sys, oci_mlflow_plugin.adapters.oci.session.connection; print('oci' in sys.modules)"

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert printed == "False\n"


@pytest.mark.parametrize("name", CLIENTS)
def test_clients_neither_retry_nor_share_a_circuit_breaker(connect: Connect, name: str) -> None:
    client = getattr(connect(), name)

    assert isinstance(client.retry_strategy, NoneRetryStrategy)
    assert client.base_client.circuit_breaker_strategy.name != DEFAULT_CIRCUIT_BREAKER_STRATEGY.name
    assert client.base_client.timeout == (10.0, 60.0)


def test_every_client_has_a_circuit_breaker_of_its_own(connect: Connect) -> None:
    connection = connect()

    names = {getattr(connection, name).base_client.circuit_breaker_strategy.name for name in CLIENTS}

    assert len(names) == len(CLIENTS)


@pytest.mark.parametrize("name", CLIENTS)
def test_clients_are_made_once(connect: Connect, name: str) -> None:
    connection = connect()

    assert getattr(connection, name) is getattr(connection, name)


def test_clients_name_this_plugin(connect: Connect) -> None:
    assert " oci-mlflow-plugin/" in connect().data_science.base_client.user_agent


def test_requests_are_never_logged_whatever_the_profile_says(connect: Connect) -> None:
    assert connect().data_science.base_client.logger.disabled


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("data_science", "https://datascience.us-ashburn-1.oci.oraclecloud.com"),
        ("object_storage", "https://objectstorage.us-ashburn-1.oraclecloud.com"),
        ("logging", "https://logging.us-ashburn-1.oci.oraclecloud.com"),
        ("log_search", "https://logging.us-ashburn-1.oci.oraclecloud.com"),
        ("identity", "https://identity.us-ashburn-1.oci.oraclecloud.com"),
        ("limits", "https://limits.us-ashburn-1.oci.oraclecloud.com"),
    ],
)
def test_clients_call_the_profiles_region(connect: Connect, name: str, endpoint: str) -> None:
    assert getattr(connect(), name).base_client.get_endpoint() == endpoint


@pytest.mark.parametrize("name", CLIENTS)
def test_one_variable_moves_every_client(connect: Connect, name: str) -> None:
    client = getattr(connect(OCI_MLFLOW_ENDPOINT="http://127.0.0.1:8000"), name)

    assert client.base_client.get_endpoint() == "http://127.0.0.1:8000"


def test_a_services_own_variable_moves_it_alone(connect: Connect) -> None:
    connection = connect(OCI_MLFLOW_LIMITS_ENDPOINT="http://127.0.0.1:8000")

    assert connection.limits.base_client.get_endpoint() == "http://127.0.0.1:8000"
    assert connection.identity.base_client.get_endpoint() == "https://identity.us-ashburn-1.oci.oraclecloud.com"


def test_the_targets_region_wins(connect: Connect) -> None:
    connection = connect("oci-datascience://fra")

    assert connection.region == "eu-frankfurt-1"
    assert (
        connection.data_science.base_client.get_endpoint() == "https://datascience.eu-frankfurt-1.oci.oraclecloud.com"
    )


def test_the_targets_compartment_and_project_are_known(connect: Connect) -> None:
    connection = connect("oci-datascience?compartment-id=c&project-id=p")

    assert (connection.compartment_id(), connection.project_id()) == ("c", "p")
    assert (connection.compartment_id("file"), connection.project_id("file")) == ("file", "file")


def test_the_tenancy_is_the_profiles(connect: Connect, api_key_keys: dict[str, str]) -> None:
    assert connect().tenancy_id == api_key_keys["tenancy"]


def test_a_deployment_answers_in_the_region_of_its_ocid(connect: Connect) -> None:
    url = connect().data_plane_url(DEPLOYMENT)

    assert url == f"https://modeldeployment.us-phoenix-1.oci.customer-oci.com/{DEPLOYMENT}"


def test_a_deployment_is_found_without_credentials(tmp_path: Path) -> None:
    session = Session(target=Target.parse("oci-datascience"), home=tmp_path)

    url = Connection(session, {"HOME": str(tmp_path)}).data_plane_url(DEPLOYMENT)

    assert url == f"https://modeldeployment.us-phoenix-1.oci.customer-oci.com/{DEPLOYMENT}"


@pytest.mark.parametrize("variable", ["OCI_MLFLOW_ENDPOINT", "OCI_MLFLOW_MODEL_DEPLOYMENT_ENDPOINT"])
def test_the_data_plane_can_be_moved(connect: Connect, variable: str) -> None:
    url = connect(**{variable: "http://127.0.0.1:8000/"}).data_plane_url(DEPLOYMENT)

    assert url == f"http://127.0.0.1:8000/{DEPLOYMENT}"


def test_a_failure_is_not_kept(tmp_path: Path, write_config: Callable[..., Path], api_key_keys: dict[str, str]) -> None:
    session = Session(target=Target.parse("oci-datascience"), home=tmp_path)
    connection = Connection(session, {"OCI_CONFIG_FILE": f"{tmp_path}/config"})
    with pytest.raises(InvalidRequestError):
        _ = connection.credentials

    write_config(DEFAULT=api_key_keys)

    assert connection.credentials.kind == "api_key"


def test_threads_share_what_the_first_of_them_makes(connect: Connect) -> None:
    connection = connect()
    barrier = threading.Barrier(8)
    made: list[object] = []

    def use() -> None:
        barrier.wait()
        made.append(connection.data_science)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(client) for client in made}) == 1
    assert len(made) == 8
