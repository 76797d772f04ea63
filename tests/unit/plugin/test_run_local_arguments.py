"""``run_local`` is called in two ways: as MLflow's command line does, and as its documentation says."""

from __future__ import annotations

from typing import Any

import pytest

from oci_mlflow_plugin.run_local import _read

TARGET = "oci-datascience"
URI = "models:/cancer/1"
CONFIG = {"port": "8080"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("cancer", URI, None, CONFIG), {}),
        ((TARGET, "cancer", URI, None, CONFIG), {}),
        (("oci-datascience://local", "cancer", URI, None, CONFIG), {}),
        ((), {"target": TARGET, "name": "cancer", "model_uri": URI, "flavor": None, "config": CONFIG}),
        ((), {"name": "cancer", "model_uri": URI, "config": CONFIG}),
        ((TARGET, "cancer", URI), {"config": CONFIG}),
        ((TARGET, "cancer"), {"model_uri": URI, "config": CONFIG}),
        ((TARGET,), {"name": "cancer", "model_uri": URI, "config": CONFIG}),
        (("cancer",), {"model_uri": URI, "config": CONFIG}),
    ],
)
def test_all_ways_to_call_it_mean_the_same(arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    assert _read(arguments, named) == ("cancer", URI, None, CONFIG)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((TARGET, URI, None, CONFIG), {}),
        ((TARGET, URI, "python_function", CONFIG), {}),
        ((TARGET, TARGET, URI, None, CONFIG), {}),
        ((TARGET, URI), {"config": CONFIG}),
        ((TARGET,), {"model_uri": URI, "config": CONFIG}),
    ],
)
def test_a_deployment_may_be_called_like_the_target(arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    name, model_uri, _, config = _read(arguments, named)

    assert (name, model_uri, config) == (TARGET, URI, CONFIG)


@pytest.mark.parametrize(
    ("arguments", "named", "message"),
    [
        ((), {}, "run_local() needs name and model_uri"),
        (("cancer",), {}, "run_local() needs model_uri"),
        (
            ("a", "b", None, {}, "e"),
            {},
            "run_local() takes name, model_uri, flavor, config, and 5 arguments were given",
        ),
        (("a", "b"), {"port": 1}, "run_local() has no argument 'port'"),
        (("a", "b"), {"name": "c"}, "run_local() got two values for the argument 'name'"),
    ],
)
def test_a_call_that_makes_no_sense_says_why(arguments: tuple[Any, ...], named: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        _read(arguments, named)

    assert str(caught.value) == message
