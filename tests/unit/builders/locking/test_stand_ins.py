"""uv is shown what conda brings."""

from __future__ import annotations

import zipfile
from pathlib import Path

from oci_mlflow_builders.locking.distributions import Distribution
from oci_mlflow_builders.locking.stand_ins import constraints

_SIX = Distribution("six", "1.16.0")


def test_a_distribution_is_a_wheel_that_needs_nothing(tmp_path: Path) -> None:
    [constraint] = constraints([_SIX], ["tiny"], tmp_path / "brought")

    wheel = tmp_path / "brought" / "six-1.16.0-py3-none-any.whl"
    assert constraint == f"six @ {wheel.as_uri()}"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read("six-1.16.0.dist-info/METADATA").decode()
    assert metadata == "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n"


def test_only_the_version_is_bound_where_an_extra_is_asked_for(tmp_path: Path) -> None:
    assert list(constraints([_SIX], ["Six[more]>=1"], tmp_path / "brought")) == ["six==1.16.0"]


def test_a_version_that_pip_does_not_understand_is_left_out(tmp_path: Path) -> None:
    assert list(constraints([Distribution("odd", "2024a-1_x")], [], tmp_path / "brought")) == []
