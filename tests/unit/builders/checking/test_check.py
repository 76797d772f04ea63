"""What is found out about an environment without trying it."""

from __future__ import annotations

import struct
from pathlib import Path

import attrs
import pytest
from oci_mlflow_builders.checking import PrefixCheck
from oci_mlflow_builders.uv.platforms import this_platform

from oci_mlflow_core.errors import BuildError, CancelledError
from oci_mlflow_core.model.artifact import FetchedModel, ModelVersion
from oci_mlflow_core.model.environment import EnvironmentRequest, Platform
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock

_NOT_TRIED = {"OCI_MLFLOW_CHECK": "none"}
_AARCH64 = 183


@attrs.define
class _Bench:
    """A prefix that shows Python 3.11, and is looked at."""

    folder: Path
    request: EnvironmentRequest = attrs.field(
        factory=lambda: EnvironmentRequest(python="==3.11.*", pip=(), glibc="2.28")
    )
    environ: dict[str, str] = attrs.field(factory=lambda: dict(_NOT_TRIED))
    step: RecordingStep = attrs.field(factory=lambda: RecordingStep("check"))
    stopped: bool = False

    @property
    def prefix(self) -> Path:
        return self.folder / "prefix"

    def check(self) -> tuple[str, ...]:
        built = BuiltPrefix(path=self.prefix, lock=sample_lock())
        model = FetchedModel(path=self.folder, version=ModelVersion(uri="m", pinned_uri="m"))
        check = PrefixCheck(self.environ)
        return check.check(built, model, self.request, self.step, stopped=lambda: self.stopped)


@pytest.fixture
def bench(tmp_path: Path) -> _Bench:
    folder = tmp_path / "prefix" / "bin"
    folder.mkdir(parents=True)
    (folder / "python3.11").write_bytes(b"x" * 2_000_000)
    (folder / "python").symlink_to("python3.11")
    return _Bench(tmp_path)


def _elf(path: Path, machine: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<4sBBB9xHHI", b"\x7fELF", 2, 1, 1, 3, machine, 1) + bytes(40))


def test_sizes_are_the_outcome(bench: _Bench) -> None:
    notes = bench.check()

    assert notes == ()
    assert bench.step.outcome == "not tried, as asked for; 2 MB laid out: python 2"


def test_a_large_environment_is_told_with_its_largest_packages(bench: _Bench) -> None:
    bench.environ["OCI_MLFLOW_LARGE_ENVIRONMENT_MB"] = "1"

    (note,) = bench.check()

    assert note == (
        "the environment is large, and a deployment starts later for it: 2 MB laid out: python 2 "
        "(told from 1 MB on; OCI_MLFLOW_LARGE_ENVIRONMENT_MB is another limit)"
    )


def test_another_python_than_the_lock_s_is_refused(bench: _Bench) -> None:
    (bench.prefix / "bin" / "python3.11").rename(bench.prefix / "bin" / "python3.12")
    (bench.prefix / "bin" / "python").unlink()
    (bench.prefix / "bin" / "python").symlink_to("python3.12")

    with pytest.raises(BuildError) as caught:
        bench.check()

    assert str(caught.value) == (
        "the sample builder failed to check the environment: it holds Python 3.12, and its lock says 3.11.7"
    )


def test_another_patch_version_than_the_lock_s_is_refused_where_conda_recorded_it(bench: _Bench) -> None:
    (bench.prefix / "conda-meta").mkdir()
    record = bench.prefix / "conda-meta" / "python-3.11.8-0.json"
    record.write_text('{"name": "python", "version": "3.11.8", "files": []}')

    with pytest.raises(BuildError) as caught:
        bench.check()

    assert caught.value.reason == "it holds Python 3.11.8, and its lock says 3.11.7"


def test_a_prefix_without_python_is_refused(bench: _Bench) -> None:
    (bench.prefix / "bin" / "python").unlink()

    with pytest.raises(BuildError) as caught:
        bench.check()

    assert caught.value.reason == "it holds no Python, and its lock says 3.11.7"


def test_libraries_for_another_machine_are_refused(bench: _Bench) -> None:
    _elf(bench.prefix / "lib" / "liba.so", _AARCH64)
    _elf(bench.prefix / "lib" / "libb.so", _AARCH64)

    with pytest.raises(BuildError) as caught:
        bench.check()

    assert caught.value.stage == "check"
    assert caught.value.reason == "lib/liba.so and 1 more are made for AArch64, and not for linux-64"
    assert caught.value.hint == "Find a version of the package that has a build for linux-64."


def test_an_environment_for_another_machine_is_not_tried(bench: _Bench) -> None:
    bench.environ.clear()
    bench.request = attrs.evolve(bench.request, platform=Platform.OSX_ARM64)

    assert bench.check() == ("the environment was not tried: it is for osx-arm64, which this machine cannot run",)


def test_a_setting_that_cannot_be_understood_is_told(bench: _Bench) -> None:
    bench.environ["OCI_MLFLOW_CHECK"] = "twice"

    with pytest.raises(BuildError) as caught:
        bench.check()

    assert caught.value.reason == "OCI_MLFLOW_CHECK is 'twice', and should be one of predict, import, none"


def test_it_ends_when_it_is_stopped(bench: _Bench) -> None:
    bench.stopped = True

    with pytest.raises(CancelledError) as caught:
        bench.check()

    assert str(caught.value) == "cancelled while checking the environment"


@pytest.mark.skipif(this_platform() is not Platform.LINUX_64, reason="the prefix is for another machine")
def test_a_python_that_does_not_start_is_told(bench: _Bench) -> None:
    bench.environ.clear()

    with pytest.raises(BuildError) as caught:
        bench.check()

    assert caught.value.reason == "its Python does not start: Permission denied"
    assert [bench.prefix] == list(bench.folder.iterdir())


@pytest.mark.skipif(this_platform() is not Platform.LINUX_64, reason="the prefix is for another machine")
def test_a_conda_unpack_that_writes_into_files_in_place_is_refused(bench: _Bench) -> None:
    bench.environ.clear()
    python = bench.prefix / "bin" / "python3.11"
    python.write_text('#!/bin/sh\nexec sh "$@"\n')
    python.chmod(0o755)
    (bench.prefix / "bin" / "conda-unpack").write_text('echo more >> "$(dirname "$0")/activate"\n')
    (bench.prefix / "bin" / "activate").write_text("")

    with pytest.raises(BuildError) as caught:
        bench.check()

    assert caught.value.reason == "its bin/conda-unpack writes into files in place (bin/activate)"


@pytest.mark.skipif(this_platform() is not Platform.LINUX_64, reason="the prefix is for another machine")
def test_a_conda_unpack_that_fails_is_told(bench: _Bench) -> None:
    bench.environ.clear()
    python = bench.prefix / "bin" / "python3.11"
    python.write_text('#!/bin/sh\nexec sh "$@"\n')
    python.chmod(0o755)
    (bench.prefix / "bin" / "conda-unpack").write_text("echo cannot; exit 2\n")

    with pytest.raises(BuildError) as caught:
        bench.check()

    assert caught.value.reason == "its bin/conda-unpack fails: it ended with status 2"
    assert caught.value.log_tail == ("cannot",)
