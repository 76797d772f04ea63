"""What MLflow's loader makes of the plugin."""

from __future__ import annotations

import inspect

import pytest
from mlflow.deployments import BaseDeploymentClient
from mlflow.deployments.plugin_manager import DeploymentPlugins
from mlflow.exceptions import MlflowException

from oci_mlflow_plugin import entry
from oci_mlflow_plugin.client import OciDataScienceDeploymentClient


@pytest.mark.parametrize("target", ["oci-datascience", "oci-datascience:/ADMIN", "oci-datascience://local"])
def test_mlflow_loads_the_plugin_for_every_form_of_target(target: str) -> None:
    assert DeploymentPlugins()[target] is entry


def test_mlflow_sees_exactly_one_client_class() -> None:
    classes = [
        value
        for _, value in inspect.getmembers(entry, inspect.isclass)
        if issubclass(value, BaseDeploymentClient) and value is not BaseDeploymentClient
    ]

    assert classes == [OciDataScienceDeploymentClient]


@pytest.mark.parametrize(
    "method",
    [
        "create_deployment",
        "update_deployment",
        "delete_deployment",
        "list_deployments",
        "get_deployment",
        "predict",
    ],
)
def test_every_method_takes_what_mlflows_own_declares_in_that_order(method: str) -> None:
    declared = list(inspect.signature(getattr(BaseDeploymentClient, method)).parameters)

    ours = list(inspect.signature(getattr(OciDataScienceDeploymentClient, method)).parameters)

    assert ours[: len(declared)] == declared


class TestClient:
    @pytest.fixture
    def client(self) -> OciDataScienceDeploymentClient:
        return OciDataScienceDeploymentClient("oci-datascience://local")

    def test_an_unknown_option_is_one_clean_error(self, client: OciDataScienceDeploymentClient) -> None:
        with pytest.raises(MlflowException) as caught:
            client.create_deployment("x", "models:/x/1", config={"timeoot": "5"})

        assert str(caught.value) == "-C timeoot: unknown option, did you mean 'timeout'?"
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"

    def test_a_flavor_that_is_not_served_is_refused(self, client: OciDataScienceDeploymentClient) -> None:
        with pytest.raises(MlflowException) as caught:
            client.create_deployment("x", "models:/x/1", "sklearn")

        assert str(caught.value) == (
            "models are served through their python_function flavor, not 'sklearn'\nHint: Leave --flavor out."
        )

    @pytest.mark.parametrize("call", ["get_deployment", "delete_deployment"])
    def test_an_endpoint_is_refused(self, client: OciDataScienceDeploymentClient, call: str) -> None:
        with pytest.raises(MlflowException) as caught:
            getattr(client, call)("x", endpoint="e")

        assert str(caught.value) == (
            "the target oci-datascience has no endpoints, so '--endpoint e' means nothing here\n"
            "Hint: Leave it out; every deployment has a URL of its own."
        )

    def test_predict_needs_a_name(self, client: OciDataScienceDeploymentClient) -> None:
        with pytest.raises(MlflowException) as caught:
            client.predict(inputs=[[1]])

        assert str(caught.value) == (
            "no deployment is named\nHint: Name it by its display name, OCID or URL."
        )  # fmt: skip

    def test_predict_takes_one_name(self, client: OciDataScienceDeploymentClient) -> None:
        with pytest.raises(MlflowException) as caught:
            client.predict("a", [[1]], endpoint="b")

        assert str(caught.value) == (
            "two deployments are named, 'a' and 'b'\nHint: Give one of --name and --endpoint."
        )  # fmt: skip

    @pytest.mark.parametrize("name", ["", "  "])
    def test_a_deployment_needs_a_name(
        self, client: OciDataScienceDeploymentClient, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
    ) -> None:
        monkeypatch.setenv("OCI_MLFLOW_HOME", str(tmp_path))

        with pytest.raises(MlflowException) as caught:
            client.create_deployment(name, "models:/x/1")

        assert str(caught.value) == "the name of the deployment is empty\nHint: Give it one with --name."

    def test_explaining_is_mlflows_own_refusal(self, client: OciDataScienceDeploymentClient) -> None:
        with pytest.raises(MlflowException):
            client.explain("x", [[1]])  # type: ignore[no-untyped-call]
