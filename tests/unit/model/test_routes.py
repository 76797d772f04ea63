from __future__ import annotations

import pytest

from oci_mlflow_core.model.routes import predict_route


@pytest.mark.parametrize("suffix", ["invocations", "/invocations", "/invocations/"])
def test_an_image_that_declares_mlflows_own_route_is_asked_there(suffix: str) -> None:
    assert predict_route([("ping", ["GET"]), (suffix, ["GET", "POST"])]) == "/predict/invocations"


@pytest.mark.parametrize("endpoints", [[], [("invocations", ["GET"])], [("v1/invocations", ["POST"])]])
def test_every_other_image_is_asked_where_oci_has_it(endpoints: list[tuple[str, list[str]]]) -> None:
    assert predict_route(endpoints) == "/predict"
