"""Whatever a file and options hold: a specification comes out, or a `SpecError`; nothing else ever does."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oci_mlflow_core.errors import SpecError
from oci_mlflow_core.spec import kinds
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.infrastructure import AutoScaling, Infrastructure, ShapeConfig
from oci_mlflow_core.spec.reading import empty_spec, read_spec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, HttpEndpoint, PackBuild

CLASSES = (
    DeploymentSpec,
    Infrastructure,
    ShapeConfig,
    AutoScaling,
    CondaRuntime,
    ContainerRuntime,
    PackBuild,
    HttpEndpoint,
)
WORDS = ["kind", "type", "spec", "deployment", "conda", "0", "", "x", *(n for c in CLASSES for n in kinds.names_of(c))]
KEYS = st.sampled_from(WORDS)
#: Halves of characters too, as bytes of the command line that are no UTF-8 arrive.
TEXT = st.text(st.characters(), max_size=5)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(WORDS),
    TEXT,
    st.sampled_from(["${A}", "${B}"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
ENVIRON = {"A": "1", "B": "\udcff"}
PATHS = st.one_of(
    st.lists(KEYS, max_size=6).map(".".join),
    st.builds("spec.{}.spec.{}".format, st.sampled_from(["infrastructure", "runtime"]), KEYS),
    st.builds("spec.runtime.spec.{}.{}".format, KEYS, KEYS),
)
SECTIONS = st.builds(
    lambda infrastructure, word, runtime: {
        "kind": "deployment",
        "spec": {"infrastructure": {"spec": infrastructure}, "runtime": {"type": word, "spec": runtime}},
    },
    VALUES,
    st.sampled_from(["conda", "container"]),
    VALUES,
)
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)


@PATIENT
@given(st.one_of(VALUES, SECTIONS), st.dictionaries(PATHS, VALUES, max_size=3))
def test_of_a_file_with_options(value: Any, overrides: dict[str, object]) -> None:
    text = json.dumps(value, allow_nan=False, default=str) if _is_finite(value) else "kind: deployment"

    with contextlib.suppress(SpecError):
        loaded = read_spec(text, source="f", folder=Path("/f"), environ=ENVIRON, overrides=overrides)
        assert isinstance(loaded.spec, DeploymentSpec)
        assert all(loaded.where(path) for path in loaded.mentioned)


@PATIENT
@given(st.dictionaries(PATHS, VALUES, max_size=4))
def test_of_options_alone(overrides: dict[str, object]) -> None:
    with contextlib.suppress(SpecError):
        loaded = empty_spec(overrides, ENVIRON, Path("/f"))
        assert all(loaded.where(path).startswith("-C ") for path in loaded.mentioned)


def _is_finite(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True
