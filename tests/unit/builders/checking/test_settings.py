"""What the user's environment says about checking."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.checking.settings import CheckSettings


def test_without_variables_the_model_predicts() -> None:
    assert CheckSettings.of({}) == CheckSettings(trying="predict", seconds=600.0, large=4000.0)


def test_variables_are_read() -> None:
    environ = {
        "OCI_MLFLOW_CHECK": " Import ",
        "OCI_MLFLOW_CHECK_SECONDS": "30",
        "OCI_MLFLOW_LARGE_ENVIRONMENT_MB": "0.5",
    }

    assert CheckSettings.of(environ) == CheckSettings(trying="import", seconds=30.0, large=0.5)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"OCI_MLFLOW_CHECK": "load"}, "OCI_MLFLOW_CHECK is 'load', and should be one of predict, import, none"),
        (
            {"OCI_MLFLOW_CHECK_SECONDS": "soon"},
            "OCI_MLFLOW_CHECK_SECONDS is 'soon', and should be a number above 0",
        ),
        (
            {"OCI_MLFLOW_LARGE_ENVIRONMENT_MB": "nan"},
            "OCI_MLFLOW_LARGE_ENVIRONMENT_MB is 'nan', and should be a number above 0",
        ),
    ],
)
def test_what_cannot_be_understood_is_named(environ: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=rf"\A{message}\Z"):
        CheckSettings.of(environ)
