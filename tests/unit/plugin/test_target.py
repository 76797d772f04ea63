"""The target URI, and what MLflow itself makes of it."""

from __future__ import annotations

import pytest

from oci_mlflow_core.errors import TargetError
from oci_mlflow_core.model.target import Target

FORMS = (
    "oci-datascience://local, oci-datascience, oci-datascience:/PROFILE, oci-datascience://REGION or "
    "oci-datascience://REGION/PROFILE, each with an optional ?compartment-id=…&project-id=…"
)


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        ("oci-datascience", Target()),
        ("oci-datascience:", Target()),
        ("oci-datascience:/", Target()),
        ("oci-datascience:/ADMIN", Target(profile="ADMIN")),
        ("oci-datascience://us-ashburn-1", Target(region="us-ashburn-1")),
        ("oci-datascience://us-ashburn-1/", Target(region="us-ashburn-1")),
        ("oci-datascience://us-ashburn-1/ADMIN", Target(region="us-ashburn-1", profile="ADMIN")),
        ("oci-datascience:///ADMIN", Target(profile="ADMIN")),
        ("oci-datascience://local", Target(region="local")),
        ("oci-datascience?compartment-id=ocid1.c", Target(compartment_id="ocid1.c")),
        (
            "oci-datascience://local?compartment-id=ocid1.c&project-id=ocid1.p",
            Target(region="local", compartment_id="ocid1.c", project_id="ocid1.p"),
        ),
    ],
)
def test_a_target_has_the_parts_of_its_uri(uri: str, target: Target) -> None:
    assert Target.parse(uri) == target


@pytest.mark.parametrize("uri", ["oci-datascience://local", "oci-datascience://local?project-id=ocid1.p"])
def test_local_is_this_machine(uri: str) -> None:
    assert Target.parse(uri).is_local


@pytest.mark.parametrize("uri", ["oci-datascience", "oci-datascience:/local", "oci-datascience://local-1"])
def test_anything_else_is_not(uri: str) -> None:
    assert not Target.parse(uri).is_local


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("sagemaker", f"not a target of this plugin; expected {FORMS}"),
        ("", f"not a target of this plugin; expected {FORMS}"),
        ("oci-datascience:local", "'local' has no slash before it; did you mean oci-datascience://local?"),
        ("oci-datascience:ADMIN", f"'ADMIN' has no slash before it; expected {FORMS}"),
        ("oci-datascience://locall", "'locall' is no region; did you mean 'local'?"),
        ("oci-datascience://LOCAL", "'LOCAL' is no region; did you mean 'local'?"),
        ("oci-datascience://a/b/c", f"'/c' means nothing here; expected {FORMS}"),
        ("oci-datascience://a#b", f"'#b' means nothing here; expected {FORMS}"),
        ("oci-datascience://local/ADMIN", "'local' is this machine and has no profile; use oci-datascience://local"),
        ("oci-datascience?compartment=x", "unknown 'compartment' after '?'; did you mean 'compartment-id'?"),
        ("oci-datascience?zzz=x", "unknown 'zzz' after '?'; known are compartment-id and project-id"),
        ("oci-datascience?project-id=a&project-id=b", "'project-id' is given twice after '?'"),
        ("oci-datascience?project-id=", "'project-id' after '?' has no value"),
        ("oci-datascience?project-id", "'project-id' after '?' has no value"),
    ],
)
def test_a_part_that_means_nothing_is_told_with_what_was_meant(uri: str, reason: str) -> None:
    with pytest.raises(TargetError) as caught:
        Target.parse(uri)

    assert str(caught.value) == f"{uri}: {reason}"


@pytest.mark.parametrize(
    "uri", ["oci-datascience", "oci-datascience:/P", "oci-datascience://r", "oci-datascience://r/P"]
)
def test_the_text_of_a_target_is_its_uri(uri: str) -> None:
    assert str(Target.parse(uri)) == uri


def test_the_text_of_a_target_leaves_out_whose_compartment_it_is() -> None:
    assert str(Target.parse("oci-datascience://local?compartment-id=ocid1.c")) == "oci-datascience://local"


class TestThroughMlflow:
    @pytest.fixture(autouse=True)
    def _no_target(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from mlflow.deployments import utils  # noqa: PLC0415 (takes a second)

        monkeypatch.delenv("MLFLOW_DEPLOYMENTS_TARGET", raising=False)
        monkeypatch.setattr(utils, "_deployments_target", None)

    @pytest.mark.parametrize(
        "uri", ["oci-datascience", "oci-datascience:/ADMIN", "oci-datascience://local", "oci-datascience://r/ADMIN"]
    )
    def test_every_form_makes_a_client(self, uri: str) -> None:
        from mlflow.deployments import get_deploy_client  # noqa: PLC0415

        client = get_deploy_client(uri)

        assert client.target_uri == uri
        assert client.target == Target.parse(uri)

    def test_a_form_that_means_nothing_is_an_error_of_mlflow(self) -> None:
        from mlflow.deployments import get_deploy_client  # noqa: PLC0415
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        with pytest.raises(MlflowException) as caught:
            get_deploy_client("oci-datascience://a/b/c")

        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
        assert str(caught.value).startswith("oci-datascience://a/b/c: '/c' means nothing here")

    @pytest.mark.parametrize("uri", ["oci-datascience", "oci-datascience:/ADMIN", "oci-datascience://local"])
    def test_the_environment_may_name_the_target(self, uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
        from mlflow.deployments import get_deploy_client  # noqa: PLC0415

        monkeypatch.setenv("MLFLOW_DEPLOYMENTS_TARGET", uri)

        assert get_deploy_client().target == Target.parse(uri)

    def test_a_program_may_set_the_target_in_the_form_that_mlflow_takes(self) -> None:
        from mlflow.deployments import get_deploy_client, set_deployments_target  # noqa: PLC0415

        set_deployments_target("oci-datascience://us-ashburn-1/ADMIN")

        assert get_deploy_client().target == Target(region="us-ashburn-1", profile="ADMIN")
