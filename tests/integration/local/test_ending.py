from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from integration.local import rig

from oci_mlflow_core.errors import ConflictError, NoSuchDeploymentError, UnavailableError
from oci_mlflow_core.model.deployment import Deployment, LifecycleState
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.service import LocalDeployService
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder, read_json

_TALKS = "print('loaded', flush=True)\ndef load_model(): pass\ndef predict(data, model=None): return 1"
_CREATES = """
import sys, time
from pathlib import Path
from integration.local import rig
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home
from oci_mlflow_plugin.adapters.local.foreground import Foreground
from oci_mlflow_plugin.adapters.local.service import LocalDeployService

home = Home(Path(sys.argv[1]))
foreground = Foreground() if sys.argv[2] == "foreground" else None
service = LocalDeployService(home, FolderPackStore(home), foreground=foreground)
print(rig.active(service).id, flush=True)
time.sleep(600)
"""


def _supervisor(home: Home, deployment: Deployment) -> psutil.Process:
    folder = DeploymentFolder(home.deployments / deployment.id)
    return psutil.Process(read_json(folder.observed_file)["pid"])


def _state_within(service: LocalDeployService, deployment: Deployment, state: LifecycleState) -> Deployment:
    deadline = time.monotonic() + 5
    while (seen := service.lifecycle.get(deployment.id)).state is not state and time.monotonic() < deadline:
        time.sleep(0.02)
    return seen


def _command(home: Home, kind: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _CREATES, str(home.root), kind],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])},
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_server_that_was_killed_makes_the_deployment_failed(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service, _TALKS)
    (pid,) = read_json(home.deployments / deployment.id / "observed.json")["servers"]

    rig.predict(service, deployment, {"inputs": [1]})

    os.kill(pid, signal.SIGKILL)

    seen = _state_within(service, deployment, LifecycleState.FAILED)
    assert seen.state is LifecycleState.FAILED
    assert seen.lifecycle_details == "the server was killed by SIGKILL"
    assert seen.log_tail[0] == "loaded"
    assert [" INFO server: POST /predict 200 " in line for line in seen.log_tail][-1]
    assert rig.gone_within(deployment.id, 5)


def test_one_of_two_workers_that_was_killed_makes_the_deployment_failed(
    service: LocalDeployService, home: Home
) -> None:
    deployment = rig.active(service, _TALKS, WEB_CONCURRENCY="2")
    pid, _other = read_json(home.deployments / deployment.id / "observed.json")["servers"]

    os.kill(pid, signal.SIGKILL)

    assert _state_within(service, deployment, LifecycleState.FAILED).state is LifecycleState.FAILED
    assert rig.gone_within(deployment.id, 5)


def test_a_supervisor_that_was_killed_leaves_no_process_and_a_failed_deployment(
    service: LocalDeployService, home: Home
) -> None:
    deployment = rig.active(service, _TALKS, WEB_CONCURRENCY="2")

    _supervisor(home, deployment).kill()

    seen = _state_within(service, deployment, LifecycleState.FAILED)
    assert seen.lifecycle_details == "its server is gone: it was killed, or the machine was restarted"
    assert seen.log_tail.count("loaded") == 2
    assert rig.gone_within(str(home.root), 5)
    with pytest.raises(UnavailableError) as refused:
        service.predictor.predict(deployment.id, b"{}")
    assert str(refused.value) == f"deployment 'rig' is FAILED and does not answer: {seen.lifecycle_details}"
    assert refused.value.hint == (
        "Delete it and create it again: mlflow deployments delete -t oci-datascience://local --name rig"
    )


def test_a_supervisor_that_is_killed_while_the_model_loads_leaves_no_process(
    service: LocalDeployService, home: Home
) -> None:
    deployment = rig.create(
        service, "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    )
    deadline = time.monotonic() + 20
    while service.lifecycle.observe(deployment.id).activity != "loading the model" and time.monotonic() < deadline:
        time.sleep(0.05)

    _supervisor(home, deployment).kill()

    assert _state_within(service, deployment, LifecycleState.FAILED).state is LifecycleState.FAILED
    assert rig.gone_within(str(home.root), 6)


def test_a_supervisor_that_is_asked_to_end_says_so(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service, _TALKS)

    _supervisor(home, deployment).terminate()

    seen = _state_within(service, deployment, LifecycleState.FAILED)
    assert rig.gone_within(str(home.root), 5)
    assert service.lifecycle.get(deployment.id).lifecycle_details == "the supervisor was ended by SIGTERM"
    assert seen.state is LifecycleState.FAILED


def test_a_failed_deployment_is_not_updated(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service)
    _supervisor(home, deployment).kill()
    _state_within(service, deployment, LifecycleState.FAILED)

    with pytest.raises(ConflictError) as refused:
        service.lifecycle.update(deployment.id, service.lifecycle.describe(deployment.id), ())

    assert str(refused.value) == f"deployment 'rig' ({deployment.id}) is FAILED and cannot be updated now"
    assert refused.value.hint == "Delete it and create it again."


def test_a_supervisor_that_hangs_is_killed_by_delete(
    service: LocalDeployService, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oci_mlflow_plugin.adapters.local.removing._PATIENCE", 0.5)
    deployment = rig.active(service)
    _supervisor(home, deployment).suspend()

    service.lifecycle.delete(deployment.id, rig.Quiet())

    assert rig.processes_of(deployment.id) == []
    assert rig.names(home.deployments) == []


def test_a_server_that_ignores_sigterm_is_killed_by_delete(service: LocalDeployService, home: Home) -> None:
    deployment = rig.create(
        service, "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    )
    deadline = time.monotonic() + 20
    while service.lifecycle.observe(deployment.id).activity != "loading the model" and time.monotonic() < deadline:
        time.sleep(0.05)

    service.lifecycle.delete(deployment.id, rig.Quiet())

    assert rig.processes_of(deployment.id) == []
    assert rig.names(home.deployments) == []


def test_a_deployment_runs_on_when_the_command_that_made_it_is_killed(service: LocalDeployService, home: Home) -> None:
    process, deployment_id = _command(home, "background")

    process.kill()
    process.communicate()

    deployment = service.lifecycle.get(deployment_id)
    assert deployment.state is LifecycleState.ACTIVE
    assert rig.predict(service, deployment, {"inputs": [4]}) == {"predictions": [8]}


def test_a_foreground_deployment_goes_with_the_command_that_made_it(service: LocalDeployService, home: Home) -> None:
    process, deployment_id = _command(home, "foreground")
    before = service.lifecycle.get(deployment_id).state

    process.kill()
    process.communicate()

    assert before is LifecycleState.ACTIVE
    assert rig.gone_within(str(home.root), 6)
    with pytest.raises(NoSuchDeploymentError):
        service.lifecycle.get(deployment_id)
    assert rig.names(home.deployments) == []
    assert rig.names(home.models) == []


def test_following_hands_over_the_log_until_the_deployment_ends(service: LocalDeployService, home: Home) -> None:
    deployment = rig.active(service, _TALKS)
    pieces: list[str] = []

    def out(text: str) -> None:
        if not pieces:
            os.kill(read_json(home.deployments / deployment.id / "observed.json")["servers"][0], signal.SIGKILL)
        pieces.append(text)

    ended = service.follow(deployment.id, out)

    assert ended is not None
    assert ended.state is LifecycleState.FAILED
    loaded, start, *requests = "".join(pieces).splitlines()
    assert loaded == "loaded"
    assert ", model loaded in " in start
    assert [" INFO server: GET /health 200 " in line for line in requests] == [True]


def test_an_interrupted_create_is_a_failed_deployment_that_can_be_deleted(
    service: LocalDeployService, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: object) -> None:
        os._exit(9)

    monkeypatch.setattr("oci_mlflow_plugin.adapters.local.lifecycle.start_supervisor", killed)
    child = os.fork()
    if child == 0:
        rig.create(service)
    os.waitpid(child, 0)

    (deployment,) = service.lifecycle.list()

    assert deployment.state is LifecycleState.FAILED
    assert deployment.lifecycle_details == "the command that created it ended before its server was started"
    service.lifecycle.delete(deployment.id, rig.Quiet())
    assert rig.names(home.deployments) == []


def test_what_a_killed_register_left_is_removed_by_the_next(
    service: LocalDeployService, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: object) -> None:
        os._exit(9)

    with monkeypatch.context() as patched:
        patched.setattr("oci_mlflow_plugin.adapters.local.catalog.unpack_read_only", killed)
        child = os.fork()
        if child == 0:
            rig.register(service)
        os.waitpid(child, 0)
    left = rig.names(home.models)

    model = rig.register(service)

    assert len(left) == 2
    assert rig.names(home.models) == [model]


def test_an_environment_that_was_left_half_unpacked_is_made_anew(service: LocalDeployService, home: Home) -> None:
    stored = service.packs.find(rig.LOCATION)
    assert stored is not None
    assert stored.sha256 is not None
    half = home.make(home.environments) / stored.sha256
    (half / "bin").mkdir(parents=True)
    (half / "bin" / "python").write_text("half")

    deployment = rig.active(service)

    assert rig.predict(service, deployment, {"inputs": [1]}) == {"predictions": [2]}
