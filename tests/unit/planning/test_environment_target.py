"""For what machines an environment is made."""

from __future__ import annotations

import pytest

from oci_mlflow_core.model.environment import Platform
from oci_mlflow_core.planning.environment_target import is_for_gpu, platform_of
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_core.spec.runtime import PackBuild


@pytest.mark.parametrize(
    ("shape", "platform"),
    [
        (None, Platform.LINUX_64),
        ("VM.Standard.E4.Flex", Platform.LINUX_64),
        ("VM.Standard2.1", Platform.LINUX_64),
        ("VM.GPU.A10.1", Platform.LINUX_64),
        ("VM.Standard.A1.Flex", Platform.LINUX_AARCH64),
        ("VM.Standard.A2.Flex", Platform.LINUX_AARCH64),
        ("BM.Standard.A1.160", Platform.LINUX_AARCH64),
    ],
)
def test_the_shape_says_which_processors_there_are(shape: str | None, platform: Platform) -> None:
    assert platform_of(Infrastructure(shape_name=shape)) is platform


@pytest.mark.parametrize(
    ("shape", "gpu", "expected"),
    [
        ("VM.GPU.A10.1", None, True),
        ("VM.GPU3.4", None, True),
        ("BM.GPU.H100.8", None, True),
        ("VM.GPU.A10.1", False, False),
        ("VM.Standard.E4.Flex", None, False),
        ("VM.Standard.E4.Flex", True, True),
        (None, None, False),
    ],
)
def test_a_pack_is_for_gpus_as_the_file_says_or_else_as_the_shape_is(
    shape: str | None, *, gpu: bool | None, expected: bool
) -> None:
    assert is_for_gpu(PackBuild(gpu=gpu), Infrastructure(shape_name=shape)) is expected


def test_without_infrastructure_a_pack_is_for_x86_64_and_no_gpu() -> None:
    assert (platform_of(None), is_for_gpu(PackBuild(), None)) == (Platform.LINUX_64, False)
