from __future__ import annotations

import sys
from pathlib import Path

import pytest

from oci_mlflow_plugin.adapters.image_server.server import resources
from oci_mlflow_plugin.adapters.image_server.server.settings import read_settings
from oci_mlflow_plugin.adapters.image_server.server.sizing import Size, share_cores, size_of

_GB = 1 << 30
_SKLEARN = "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(resources, "memory_bytes", lambda: 16 * _GB)
    monkeypatch.setattr(resources, "cores", lambda: 4)
    monkeypatch.setattr(resources, "has_gpu", lambda: False)
    return monkeypatch


def _size(folder: Path, text: str = _SKLEARN, **environ: str) -> Size:
    (folder / "MLmodel").write_text(text)
    return size_of(read_settings(["--model", str(folder)], environ))


@pytest.mark.usefixtures("machine")
def test_there_is_a_process_for_each_processor_where_memory_allows(tmp_path: Path) -> None:
    assert _size(tmp_path) == Size(4, 2, "4 processors", forkable=True)


def test_memory_and_the_models_size_limit_the_processes(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(resources, "memory_bytes", lambda: 4 * _GB)
    machine.setattr(resources, "folder_bytes", lambda _folder: _GB // 2)

    found = _size(tmp_path)

    assert (found.workers, found.reason) == (2, "4096 MB of memory, 1324 MB for each process")


def test_there_is_one_process_even_where_memory_is_short(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(resources, "memory_bytes", lambda: _GB // 8)

    assert _size(tmp_path).workers == 1


def test_web_concurrency_wins(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(resources, "memory_bytes", lambda: _GB // 8)

    found = _size(tmp_path, WEB_CONCURRENCY="7")

    assert (found.workers, found.reason) == (7, "WEB_CONCURRENCY")


def test_a_gpu_is_used_by_one_process(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr(resources, "has_gpu", lambda: True)

    assert _size(tmp_path) == Size(1, 4, "one GPU model in memory", forkable=False)


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    "text",
    [
        "flavors:\n  python_function:\n    loader_module: mlflow.openai\n",
        "flavors:\n  python_function:\n    streamable: true\n",
        "metadata:\n  task: agent/v1/chat\n",
    ],
)
def test_models_that_wait_for_others_get_many_threads(tmp_path: Path, text: str) -> None:
    assert _size(tmp_path, text).threads == 32


@pytest.mark.usefixtures("machine")
def test_the_user_says_how_many_threads(tmp_path: Path) -> None:
    assert _size(tmp_path, OCI_MLFLOW_SERVER_THREADS="3").threads == 3


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("loader", ["mlflow.tensorflow", "mlflow.spark", "mlflow.pytorch"])
def test_what_a_forked_process_cannot_use_is_not_loaded_before(tmp_path: Path, loader: str) -> None:
    assert not _size(tmp_path, _SKLEARN.replace("mlflow.sklearn", loader)).forkable


@pytest.mark.usefixtures("machine")
def test_numeric_libraries_share_the_processors_unless_told_otherwise() -> None:
    environ = {"OMP_NUM_THREADS": "9"}

    share_cores(Size(2, 2, "", forkable=True), environ)

    assert environ == {
        "OMP_NUM_THREADS": "9", "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2", "NUMEXPR_NUM_THREADS": "2"
    }  # fmt: skip


def test_the_limits_of_control_groups_of_version_2_are_read(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "cpu.max").write_text("100000 100000\n")

    assert (resources.memory_bytes(tmp_path), resources.cores(tmp_path)) == (1000000, 1)


def test_the_limits_of_control_groups_of_version_1_are_read(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "cpu").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("2000000\n")
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("50000\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")

    assert (resources.memory_bytes(tmp_path), resources.cores(tmp_path)) == (2000000, 1)


def test_without_a_limit_the_machine_counts(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("max 100000\n")

    assert resources.memory_bytes(tmp_path) > 1 << 28
    assert resources.cores(tmp_path) >= 1


def test_threads_that_are_not_started_again_forbid_forking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from oci_mlflow_plugin.adapters.image_server.server.forking import can_fork  # noqa: PLC0415

    monkeypatch.delitem(sys.modules, "threadpoolctl", raising=False)
    for number, name in enumerate(["python", "jemalloc_bg_thd"]):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "comm").write_text(f"{name}\n")
    alone = can_fork(tmp_path)
    (tmp_path / "9").mkdir()
    (tmp_path / "9" / "comm").write_text("pool\n")

    assert alone == ""
    assert can_fork(tmp_path) == "libraries of the model have started threads"
    assert can_fork(tmp_path / "nothing") == "this system does not tell of threads"
