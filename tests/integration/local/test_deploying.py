from __future__ import annotations

import json
import socket
import tarfile
import threading
import time
from pathlib import Path

import pytest
from integration.local import rig

from oci_mlflow_core.errors import ConflictError, InvalidRequestError, PackCorruptError, PackNotFoundError
from oci_mlflow_core.model.deployment import LifecycleState
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.ports.deploy_service import DesiredDeployment, ModelRegistration
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.service import LocalDeployService

WHERE_AM_I = """
import os, pathlib, sys, tempfile

def load_model():
    pass

def _written(path):
    try:
        pathlib.Path(path).write_text("x")
    except OSError as fault:
        return type(fault).__name__
    return "written"

def predict(data, model=None):
    here = pathlib.Path(__file__).parent
    return {
        "score.py": _written(__file__),
        "beside it": _written(here / "new"),
        "home": _written(pathlib.Path.home() / "new"),
        "temporary": _written(pathlib.Path(tempfile.gettempdir()) / "new"),
        "cwd": os.getcwd(),
        "environ": dict(os.environ),
        "pid": os.getpid(),
    }
"""


def test_a_deployment_answers_predictions(service: LocalDeployService) -> None:
    deployment = rig.active(service)

    predictions = rig.predict(service, deployment, {"inputs": [1, 2]})

    assert predictions == {"predictions": [2, 4]}


def test_the_artifact_is_read_only_and_the_home_is_not_also_for_root(service: LocalDeployService) -> None:
    deployment = rig.active(service, WHERE_AM_I)

    seen = rig.predict(service, deployment, {})

    assert {key: seen[key] for key in ("score.py", "beside it", "home", "temporary")} == {
        "score.py": "PermissionError",
        "beside it": "PermissionError",
        "home": "written",
        "temporary": "written",
    }


def test_the_server_sees_its_own_variables_and_few_others(
    service: LocalDeployService, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "x")
    monkeypatch.delenv("TZ", raising=False)

    deployment = rig.active(service, WHERE_AM_I, GREETING="hello", PYTHONPATH="/elsewhere")

    seen = rig.predict(service, deployment, {})
    folder = home.deployments / deployment.id / "home"
    environ = {key: value for key, value in seen["environ"].items() if key not in {"LANG", "LC_ALL", "LC_CTYPE", "PWD"}}
    environment = environ.pop("CONDA_PREFIX")
    assert Path(environment).parent == home.environments
    assert environ.pop("PATH").startswith(f"{environment}/bin:")
    assert environ.pop("_", "") in {"", rig.BARE_PYTHON}
    assert environ == {
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "GREETING": "hello",
        "WEB_CONCURRENCY": "1",
        "MODEL_DEPLOYMENT_OCID": deployment.id,
    } | ({"SHLVL": environ["SHLVL"]} if "SHLVL" in environ else {})
    assert seen["cwd"] == str(folder)


def test_web_concurrency_2_gives_two_workers(service: LocalDeployService) -> None:
    slow = WHERE_AM_I.replace("    here =", "    import time; time.sleep(0.2)\n    here =")
    deployment = rig.active(service, slow, WEB_CONCURRENCY="2")
    pids: list[int] = []

    def ask() -> None:
        pids.append(rig.predict(service, deployment, {})["pid"])

    threads = [threading.Thread(target=ask) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(pids)) == 2
    assert len(pids) == 24


def test_a_web_concurrency_that_is_no_number_is_refused(service: LocalDeployService) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        rig.create(service, WEB_CONCURRENCY="many")

    assert str(refused.value) == "WEB_CONCURRENCY is 'many'; expected a number of worker processes, 1 or more"
    assert list(service.lifecycle.list()) == []


def test_a_score_py_that_cannot_be_imported_fails_with_the_reason(service: LocalDeployService) -> None:
    deployment = rig.settled(service, rig.create(service, "import nothing_like_it").id)

    assert deployment.state is LifecycleState.FAILED
    assert (
        deployment.lifecycle_details == "score.py could not be loaded: "
        "ModuleNotFoundError: No module named 'nothing_like_it'"
    )
    assert deployment.log_tail[-1] == "ModuleNotFoundError: No module named 'nothing_like_it'"


def test_a_score_py_that_ends_the_process_fails_with_its_status(service: LocalDeployService) -> None:
    deployment = rig.settled(service, rig.create(service, "import os; print('bye', flush=True); os._exit(7)").id)

    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details == "the server ended with exit status 7"
    assert deployment.log_tail == ("bye",)


def test_a_model_that_takes_its_time_is_observed_and_can_be_deleted(service: LocalDeployService, home: Home) -> None:
    deployment = rig.create(service, "import time; time.sleep(600)")
    deadline = time.monotonic() + 20
    while (seen := service.lifecycle.observe(deployment.id)).activity != "loading the model":
        assert time.monotonic() < deadline, seen
        time.sleep(0.05)

    service.lifecycle.delete(deployment.id, rig.Quiet())

    assert seen.deployment.state is LifecycleState.CREATING
    assert rig.processes_of(str(home.root)) == []
    assert rig.names(home.deployments) == []


def test_the_server_answers_at_the_port_that_was_chosen(home: Home, service: LocalDeployService) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    chosen = LocalDeployService(home, service.packs, port=port)

    deployment = rig.active(chosen)

    assert deployment.url == f"http://127.0.0.1:{port}"
    assert rig.predict(chosen, deployment, {"inputs": [3]}) == {"predictions": [6]}


def test_a_port_that_is_taken_is_told_and_nothing_is_left(home: Home, service: LocalDeployService) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConflictError) as refused:
            rig.create(LocalDeployService(home, service.packs, port=port))

    assert str(refused.value) == f"port {port} of 127.0.0.1 is in use by another program"
    assert refused.value.hint == "Choose another port, or leave it out and a free one is taken."
    assert rig.names(home.deployments) == []


def test_a_pack_that_is_not_there_is_told_and_nothing_is_left(home: Home, service: LocalDeployService) -> None:
    elsewhere = ObjectLocation.parse("oci://local@local/conda-envs/cpu/no/1/no_v1")
    model = service.catalog.register(
        ModelRegistration(display_name="rig"), rig.artifact(location=elsewhere), rig.Quiet()
    )

    with pytest.raises(PackNotFoundError) as refused:
        service.lifecycle.create(DesiredDeployment(name="rig", model_id=model.id))

    assert str(refused.value) == f"{elsewhere}: there is no pack"
    assert rig.names(home.deployments) == []


def test_a_pack_that_was_damaged_is_told_and_nothing_is_left(home: Home, service: LocalDeployService) -> None:
    for path in home.buckets.rglob("*"):
        if path.is_file() and path.read_bytes()[:2] == b"\x1f\x8b":
            path.chmod(0o600)
            path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)

    with pytest.raises(PackCorruptError):
        rig.create(service)

    assert rig.names(home.deployments) == []


def test_a_pack_without_python_fails_the_deployment(service: LocalDeployService, tmp_path: Path) -> None:
    location = ObjectLocation.parse("oci://local@local/conda-envs/cpu/empty/1/empty_v1")
    made = rig.make_pack(tmp_path / "made.tar.gz")
    with tarfile.open(tmp_path / "empty.tar.gz", "w:gz") as archive:
        archive.add(__file__, "readme")
    data = (tmp_path / "empty.tar.gz").read_bytes()
    empty = rig.pack_file(tmp_path / "empty.tar.gz", data, made.manifest)
    service.packs.publish(location, empty, rig.Quiet())
    model = service.catalog.register(
        ModelRegistration(display_name="rig"), rig.artifact(location=location), rig.Quiet()
    )

    created = service.lifecycle.create(DesiredDeployment(name="rig", model_id=model.id))

    deployment = rig.settled(service, created.id)
    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details.startswith("the environment could not be laid out: ")
    assert deployment.lifecycle_details.endswith("the pack holds no bin/python")


def test_a_second_deployment_with_the_same_environment_unpacks_nothing(service: LocalDeployService, home: Home) -> None:
    first = rig.active(service)
    (environment,) = [path for path in home.environments.iterdir() if path.is_dir()]
    before = environment.stat().st_mtime_ns

    second = rig.active(service)

    assert environment.stat().st_mtime_ns == before
    assert [path for path in home.environments.iterdir() if path.is_dir()] == [environment]
    assert (environment / "bin" / "unpacked").exists()
    assert not (home.deployments / second.id / "pack.tar.gz").exists()
    assert not (home.deployments / first.id / "pack.tar.gz").exists()


def test_two_creates_at_once_share_one_environment(service: LocalDeployService, home: Home) -> None:
    created = [rig.create(service, name=name) for name in ("one", "two")]

    deployments = [rig.settled(service, each.id) for each in created]

    assert [each.state for each in deployments] == [LifecycleState.ACTIVE, LifecycleState.ACTIVE]
    assert len({each.url for each in deployments}) == 2
    assert len([path for path in home.environments.iterdir() if path.is_dir()]) == 1


def test_deployments_are_listed_newest_first(service: LocalDeployService) -> None:
    created = [rig.create(service, name=name).name for name in ("a", "c", "b")]

    listed = [deployment.name for deployment in service.lifecycle.list()]

    assert listed == created[::-1]


def test_delete_leaves_nothing_and_the_model_stays(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service)
    port = int(deployment.url.rpartition(":")[2])

    service.lifecycle.delete(deployment.id, rig.Quiet())
    service.lifecycle.delete(deployment.id, rig.Quiet())

    assert rig.processes_of(deployment.id) == []
    assert rig.names(home.deployments) == []
    assert rig.names(home.models) == [deployment.model_id]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_two_deletes_at_once_both_succeed(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service)
    faults: list[BaseException] = []

    def delete() -> None:
        try:
            service.lifecycle.delete(deployment.id, rig.Quiet())
        except BaseException as fault:  # noqa: BLE001 - shown by the assertion
            faults.append(fault)

    threads = [threading.Thread(target=delete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert rig.names(home.deployments) == []


def test_the_answer_of_the_server_comes_as_it_is(service: LocalDeployService) -> None:
    deployment = rig.active(service)

    answer = service.predictor.predict(deployment.id, b"{")

    assert (answer.status, answer.content_type) == (400, "application/json")
    assert json.loads(answer.body)["error_code"] == "BAD_REQUEST"
    assert len(answer.request_id) == 32
