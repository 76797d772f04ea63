"""What is deployed over the SDK is served for real, and fails for real."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.oci_twin.data_plane_rig import container
from integration.oci_twin.deployed_rig import Cloud, cloud
from integration.oci_twin.runtime_rig import ECHO, MINOR, RUNTIME, make_pack, wait_for

_SECOND = ECHO.replace('return "model"', 'return "second"')
_IMAGE = "iad.ocir.io/tests/serving:1"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture
def user(tmp_path: Path, pack: Path) -> Iterator[Cloud]:
    with cloud(tmp_path, pack) as user:
        yield user


def test_a_deployment_answers_what_its_score_py_predicts(user: Cloud) -> None:
    deployment, work_request = user.create(user.model(ECHO))

    answer = user.predict(deployment, {"rows": [1]})

    assert work_request.status == "SUCCEEDED"
    assert user.state(deployment) == "ACTIVE"
    assert answer == {"prediction": {"rows": [1]}, "model": "model"}


def test_variables_of_the_deployment_reach_the_model(user: Cloud) -> None:
    score = "import os\ndef load_model(): pass\ndef predict(data, model): return [os.environ[name] for name in data]\n"
    deployment, _ = user.create(user.model(score), {"environmentVariables": {"COLOUR": "green"}})

    answer = user.predict(deployment, ["COLOUR", "MODEL_DEPLOYMENT_OCID", "TENANCY_OCID"])

    assert answer == ["green", deployment, user.twin.tenancy_id]


def test_what_the_model_prints_and_who_asked_it_stand_in_its_logs(user: Cloud) -> None:
    score = "def load_model(): pass\ndef predict(data, model): print('asked for', data)\n"
    deployment, _ = user.create(user.model(score))
    user.predict(deployment, 7)

    wait_for(lambda: len(user.twin.logs.lines(user.twin.log_id)) == 2)

    lines = user.twin.logs.lines(user.twin.log_id)
    assert {line["source"] for line in lines} == {deployment}
    assert "asked for 7" in [line["message"] for line in lines]
    assert any(f'"POST /{deployment}/predict" 200' in line["message"] for line in lines)


def test_a_zip_of_a_folder_fails_the_work_request_with_its_cause(user: Cloud) -> None:
    model = user.model_of({"model/score.py": ECHO, "model/runtime.yaml": RUNTIME.format(minor=MINOR)})

    deployment, work_request = user.create(model)

    reason = "the model artifact has no score.py at the root of the zip, only 'model/score.py'"
    assert work_request.status == "FAILED"
    assert reason in " ".join(user.errors(work_request))
    assert user.state(deployment) == "FAILED"
    assert user.predict(deployment, {}) == 404


def test_a_pack_that_is_not_in_the_bucket_fails_the_work_request(user: Cloud) -> None:
    _, work_request = user.create(user.model(ECHO, **{"runtime.yaml": RUNTIME.format(minor=MINOR)}))

    reason = "the conda pack oci://packs@tests/conda/tiny_v1 is not in Object Storage, or may not be read"
    assert reason in " ".join(user.errors(work_request))


def test_a_score_py_that_does_not_import_fails_with_its_traceback_in_the_work_requests_log(user: Cloud) -> None:
    _, work_request = user.create(user.model("import no_such_module\n"))

    fault = "ModuleNotFoundError: No module named 'no_such_module'"
    assert f"score.py does not import: {fault}" in " ".join(user.errors(work_request))
    assert fault in user.logs(work_request)


def test_another_model_takes_over_without_a_request_that_fails(user: Cloud) -> None:
    deployment, _ = user.create(user.model(ECHO))
    answers: list[object] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answers.append(user.predict(deployment, 1))

    asking = threading.Thread(target=ask)
    asking.start()
    work_request = user.update_model(deployment, user.model(_SECOND))
    wait_for(lambda: answers and answers[-1] == {"prediction": 1, "model": "second"})
    over.set()
    asking.join()

    assert work_request.status == "SUCCEEDED"
    assert [answer for answer in answers if not isinstance(answer, dict)] == []
    assert user.predict(deployment, 1) == {"prediction": 1, "model": "second"}


def test_a_model_that_cannot_take_over_leaves_the_one_that_serves(user: Cloud) -> None:
    deployment, _ = user.create(user.model(ECHO))

    work_request = user.update_model(deployment, user.model("import no_such_module\n"))

    assert work_request.status == "FAILED"
    assert user.predict(deployment, 1) == {"prediction": 1, "model": "model"}


def test_a_deployment_that_is_switched_off_and_on_serves_again(user: Cloud) -> None:
    deployment, _ = user.create(user.model(ECHO))

    user.ended(user.data_science.deactivate_model_deployment(deployment))
    off = user.predict(deployment, 1)
    user.ended(user.data_science.activate_model_deployment(deployment))
    on = user.predict(deployment, 1)

    assert off == 404
    assert on == {"prediction": 1, "model": "model"}


def test_a_deleted_deployment_is_not_found(user: Cloud) -> None:
    deployment, _ = user.create(user.model(ECHO))

    work_request = user.ended(user.data_science.delete_model_deployment(deployment))

    assert work_request.status == "SUCCEEDED"
    assert user.predict(deployment, 1) == 404


def test_a_container_is_asked_at_the_url_that_was_named_for_its_image(tmp_path: Path, pack: Path) -> None:
    environment = {
        "environmentConfigurationType": "OCIR_CONTAINER",
        "image": _IMAGE,
        "serverPort": 8080,
        "healthCheckPort": 8080,
    }
    with container() as url, cloud(tmp_path, pack, images={_IMAGE: url}) as user:
        deployment, work_request = user.create(user.model_of({"MLmodel": ""}), environment)

        answer = user.predict(deployment, {"dataframe_split": {}})

    assert work_request.status == "SUCCEEDED"
    assert (answer["path"], answer["body"]) == ("/predict", '{"dataframe_split": {}}')


def test_a_twin_without_a_runtime_deploys_anything_and_serves_nothing(tmp_path: Path, pack: Path) -> None:
    with cloud(tmp_path, pack, runtime="none") as user:
        deployment, work_request = user.create(user.model("import no_such_module\n"))

        answer = user.predict(deployment, {})

    assert work_request.status == "SUCCEEDED"
    assert answer == 503


def test_a_twin_that_is_started_again_serves_what_it_served(tmp_path: Path, pack: Path) -> None:
    home = tmp_path / "home"
    with cloud(tmp_path, pack, home=home) as user:
        deployment, _ = user.create(user.model(ECHO))

    with cloud(tmp_path, pack, home=home) as user:
        wait_for(lambda: user.predict(deployment, 1) != 503)
        answer = user.predict(deployment, 1)

    assert answer == {"prediction": 1, "model": "model"}
