"""The logs of deployments and the shapes of the region, by ``oci-mlflow`` and by the client."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result
from integration.oci.deployments.rig import client_of
from integration.oci.inspection.rig import OCI, Desk
from mlflow.exceptions import MlflowException
from oci_twin.logging.catalogue import LOG

Run = Callable[..., Result]


@pytest.fixture
def access_log(desk: Desk) -> str:
    """A second log, in the same group."""
    log = desk.twin.state.get(LOG, desk.twin.log_id)
    assert log is not None
    made = desk.twin.log_id[:-4] + "bbbb"
    desk.twin.state.put(LOG, made, {**log, "id": made, "displayName": "access"})
    return made


def deployed(desk: Desk, **logs: str) -> str:
    """A deployment 'fraud' with these logs, made with the SDK alone."""
    twin, client = desk.twin, client_of(desk.twin)
    where = {"compartmentId": twin.compartment_id, "projectId": twin.project_id}
    model_id = client.create_model(where).data.id
    client.create_model_artifact(model_id, b"zip")
    details: dict[str, Any] = {
        **where,
        "displayName": "fraud",
        "modelDeploymentConfigurationDetails": {
            "deploymentType": "SINGLE_MODEL",
            "modelConfigurationDetails": {
                "modelId": model_id,
                "instanceConfiguration": {
                    "instanceShapeName": "VM.Standard.E4.Flex",
                    "modelDeploymentInstanceShapeConfigDetails": {"ocpus": 1, "memoryInGBs": 16},
                },
            },
        },
        "categoryLogDetails": {
            kind: {"logGroupId": twin.log_group_id, "logId": log_id} for kind, log_id in logs.items()
        },
    }
    return str(client.create_model_deployment(details).data.id)


def say(  # noqa: PLR0917 - which log, who, what and when
    desk: Desk, log_id: str, deployment_id: str, text: str, seconds: float = 60, category: str = "predict"
) -> None:
    """Logs a line so many seconds ago."""
    when = desk.twin.clock.now() - timedelta(seconds=seconds)
    desk.twin.logs.append(log_id, when, deployment_id, text, category)


def test_lines_of_two_logs_have_the_kind_of_their_log(desk: Desk, access_log: str) -> None:
    made = deployed(desk, predict=desk.twin.log_id, access=access_log)
    say(desk, desk.twin.log_id, made, "loaded", 60)
    say(desk, access_log, made, "POST /predict 1.1", 30, "access")
    say(desk, desk.twin.log_id, "ocid1.another", "not mine", 20)

    lines = desk.client().get_logs("fraud")

    assert [(line["log"], line["text"]) for line in lines] == [("predict", "loaded"), ("access", "POST /predict 1.1")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", line["time"]) for line in lines)


def test_one_of_the_logs_is_read_alone(desk: Desk, access_log: str) -> None:
    made = deployed(desk, predict=desk.twin.log_id, access=access_log)
    say(desk, desk.twin.log_id, made, "loaded")
    say(desk, access_log, made, "POST /predict 1.1", category="access")

    assert [line["text"] for line in desk.client().get_logs("fraud", log="access")] == ["POST /predict 1.1"]


def test_a_log_of_both_kinds_is_read_once(desk: Desk) -> None:
    made = deployed(desk, predict=desk.twin.log_id, access=desk.twin.log_id)
    say(desk, desk.twin.log_id, made, "loaded")

    assert [line["text"] for line in desk.client().get_logs("fraud")] == ["loaded"]


def test_lines_of_a_log_of_both_kinds_say_their_kind(desk: Desk) -> None:
    made = deployed(desk, predict=desk.twin.log_id, access=desk.twin.log_id)
    say(desk, desk.twin.log_id, made, "loaded")
    say(desk, desk.twin.log_id, made, "POST /predict 1.1", 30, "access")

    lines = desk.client().get_logs("fraud")

    assert [(line["log"], line["text"]) for line in lines] == [("predict", "loaded"), ("access", "POST /predict 1.1")]


def test_only_the_last_lines_of_the_time_asked_for(desk: Desk) -> None:
    made = deployed(desk, predict=desk.twin.log_id)
    for number in range(5):
        say(desk, desk.twin.log_id, made, f"line {number}", 100 - 10 * number)

    lines = desk.client().get_logs("fraud", since=85.0, tail=2)

    assert [line["text"] for line in lines] == ["line 3", "line 4"]
    assert len(desk.client().get_logs("fraud", since=85.0)) == 3


def test_more_lines_than_a_page_has_come_all(desk: Desk) -> None:
    made = deployed(desk, predict=desk.twin.log_id)
    for number in range(1005):
        say(desk, desk.twin.log_id, made, f"line {number}")

    assert len(desk.client().get_logs("fraud")) == 1005


def test_more_days_than_one_search_spans_are_searched_by_parts(desk: Desk) -> None:
    made = deployed(desk, predict=desk.twin.log_id)
    say(desk, desk.twin.log_id, made, "old", 20 * 86400)
    say(desk, desk.twin.log_id, made, "new")

    assert [line["text"] for line in desk.client().get_logs("fraud", since=30 * 86400.0)] == ["old", "new"]


def test_a_deployment_without_a_log_says_how_to_have_one(desk: Desk) -> None:
    deployed(desk)

    with pytest.raises(MlflowException) as caught:
        desk.client().get_logs("fraud")

    assert caught.value.message == (
        "deployment 'fraud' has no predict or access log\n"
        "Hint: Name one in the deployment file (logGroupId and logId, or accessLog and predictLog) and update it."
    )


def test_a_search_that_is_refused_comes_with_the_policy(desk: Desk, run: Run) -> None:
    deployed(desk, predict=desk.twin.log_id)
    desk.refuse("search_logs")

    done = run("logs", "-t", OCI, "--name", "fraud")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: could not search the log {desk.twin.log_id}: OCI answered 404 ")
    assert done.stderr.endswith(
        "The policy that permits it: allow group <group> to read log-content in compartment <compartment>\n"
    )


def test_the_command_prints_time_kind_and_text(desk: Desk, run: Run) -> None:
    made = deployed(desk, predict=desk.twin.log_id)
    say(desk, desk.twin.log_id, made, "loaded")

    done = run("logs", "-t", OCI, "--name", "fraud", "--tail", "1")

    assert (done.exit_code, done.stderr) == (0, "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ predict loaded\n", done.stdout)


# --- shapes -------------------------------------------------------------------------------------------------


def test_the_client_lists_the_shapes_by_name(desk: Desk) -> None:
    shapes = desk.client().list_shapes()

    assert [shape["name"] for shape in shapes] == sorted(shape["name"] for shape in shapes)
    assert {"name": "BM.GPU.A10.4", "core_count": 64, "memory_in_gbs": 1024, "series": "NVIDIA_GPU"} in shapes


def test_the_command_prints_the_shapes_as_a_table(desk: Desk, run: Run) -> None:
    done = run("shapes", "-t", OCI)

    head, *rows = done.stdout.splitlines()
    assert (done.exit_code, done.stderr) == (0, "")
    assert head.split() == ["NAME", "CORES", "MEMORY", "(GB)", "SERIES"]
    assert [row.split()[0] for row in rows] == [shape["name"] for shape in desk.client().list_shapes()]


def test_the_command_prints_the_shapes_as_json(desk: Desk, run: Run) -> None:
    assert json.loads(run("shapes", "-t", OCI, "--json").stdout) == desk.client().list_shapes()


# --- doctor's command -----------------------------------------------------------------------------------------


def test_doctor_prints_a_line_for_each_finding_and_what_mends_it_below(desk: Desk, run: Run) -> None:
    done = run("doctor", "-t", OCI, "-C", f"deploy-config-file={desk.file(shapeName='VM.Standard.E4.Flux')}")

    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert "ok      region: us-ashburn-1" in lines
    assert "-       image: the conda runtime needs no image" in lines
    at = lines.index("FAILED  shape: VM.Standard.E4.Flux is not offered in us-ashburn-1")
    assert lines[at + 1] == "          Did you mean VM.Standard.E4.Flex? 'oci-mlflow shapes' lists what is offered."
    assert done.stderr == "Error: 1 of the things that a deployment needs is amiss\n"


def test_doctor_ends_with_exit_code_0_where_nothing_is_amiss(desk: Desk, run: Run) -> None:
    done = run("doctor", "-t", OCI)

    assert (done.exit_code, done.stderr) == (0, "")
    assert "note    logs: no log is named: what the model prints is lost, and a failure is hard to explain\n" in (
        done.stdout
    )
