"""A lock that the user gave is for this deployment, or refused."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.environment import EnvironmentRequest, LockedCondaPackage, Platform
from oci_mlflow_core.model.options import LockFile
from oci_mlflow_core.planning.given_lock import given_lock, missing_requirements
from oci_mlflow_core.testing.sample_packs import sample_lock

REQUEST = EnvironmentRequest(python="==3.11.*", pip=("sample==1.0",), platform=Platform.LINUX_64)
CONDA = LockedCondaPackage(
    name="py-rattler",
    version="0.28.0",
    build="py311h0_0",
    channel="conda-forge",
    subdir="linux-64",
    filename="py-rattler-0.28.0-py311h0_0.conda",
    sha256="0" * 64,
    depends=("python >=3.11,<3.12.0a0",),
)
LOCK = attrs.evolve(sample_lock(), conda=(CONDA,))


def pretty(**changes: object) -> LockFile:
    """The lock as people keep it, with some of its keys changed."""
    return LockFile(Path("lock.json"), json.dumps({**LOCK.to_plain(), **changes}, indent=2, sort_keys=True))


def fault(file: LockFile, request: EnvironmentRequest = REQUEST) -> str:
    with pytest.raises(InvalidRequestError) as failure:
        given_lock(file, request)
    return str(failure.value)


def test_a_lock_is_the_same_however_its_json_is_laid_out() -> None:
    assert given_lock(pretty(), REQUEST) == LOCK
    assert given_lock(LockFile(Path("lock.json"), LOCK.to_text()), REQUEST).digest == LOCK.digest


@pytest.mark.parametrize("python", ["3.11.7", "==3.11.*", ">=3.9,<3.12"])
def test_a_python_that_the_model_allows_is_taken(python: str) -> None:
    assert given_lock(pretty(), attrs.evolve(REQUEST, python=python)) == LOCK


def test_another_python_is_refused_where_it_stands() -> None:
    assert fault(pretty(), attrs.evolve(REQUEST, python="==3.12.*")) == (
        "lock.json:34: the lock has Python 3.11.7, and the model asks for ==3.12.*"
    )


def test_another_platform_is_refused_where_it_stands() -> None:
    assert fault(pretty(platform="linux-aarch64")) == (
        "lock.json:33: the lock is for linux-aarch64, and this deployment runs on linux-64"
    )


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (pretty(version=1), "lock.json: not a lock of format 2"),
        (
            pretty(platform="win-64"),
            "lock.json: not a lock: platform: expected one of linux-64, linux-aarch64, osx-64, osx-arm64, got 'win-64'",
        ),
        (pretty(python={"version": "3.11.7"}), "lock.json: not a lock: python.kind: it is missing"),
        (pretty(pip=None), "lock.json: not a lock: pip: expected a list, got null"),
        (pretty(conda=["numpy"]), "lock.json: not a lock: conda[0]: expected an object, got 'numpy'"),
        (LockFile(Path("lock.json"), "[]"), "lock.json: not a lock of format 2"),
        (LockFile(Path("lock.json"), "{\n  oops"), "lock.json:2:3: not JSON: "),
        (LockFile(Path("lock.json"), '{"a'), "lock.json:1:2: not JSON: Unterminated string"),
        (LockFile(Path("lock.json"), ""), "lock.json:1:1: not JSON: "),
    ],
)
def test_what_is_no_lock_is_refused(file: LockFile, told: str) -> None:
    assert fault(file).startswith(told)


def test_what_the_model_asks_for_and_the_lock_lacks_is_named() -> None:
    request = attrs.evolve(
        REQUEST, pip=("Sample>=1", "py_rattler", "xgboost==2.0", 'pywin32==306; sys_platform == "win32"')
    )

    assert missing_requirements(LOCK, request) == ("xgboost==2.0",)
