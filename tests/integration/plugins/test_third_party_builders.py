"""Builders of other distributions, installed as their users install them."""

from __future__ import annotations

import json
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from commands import LOCAL, Commands

from oci_mlflow_core.model.environment import LOCK_VERSION, Lock

BUILT_IN = ["rattler", "uv", "conda", "docker"]
OURS = dict.fromkeys(BUILT_IN, "oci-mlflow-plugin")
_REGISTRY = """
import json
from oci_mlflow_plugin.registry import load_registry
found = load_registry()
print(json.dumps({"builders": [b.name for b in found.builders], "owners": found.owners, "notes": found.notes}))
"""


def registry(commands: Commands) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(commands.python(_REGISTRY).out)
    return found


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """An MLflow model that needs one small package."""
    folder = tmp_path / "model"
    folder.mkdir()
    mlflow_version = version("mlflow-skinny")
    (folder / "MLmodel").write_text(
        "flavors:\n  python_function:\n    loader_module: nothing\n    env: {virtualenv: python_env.yaml}\n"
        f"    python_version: {platform.python_version()}\nmlflow_version: {mlflow_version}\n"
    )
    (folder / "python_env.yaml").write_text(
        f"python: {platform.python_version()}\ndependencies:\n- mlflow-skinny=={mlflow_version}\n"
    )
    return folder


def plan(commands: Commands, model: Path, *more: str, code: int = 0) -> tuple[str, str]:
    done = commands.run("oci-mlflow", "plan", "create", "-t", LOCAL, "--name", "x", "-m", str(model), *more, code=code)
    return done.out, done.err


def test_without_strangers_there_are_the_built_in_builders(install: Any) -> None:
    found = registry(install())

    assert found["builders"] == BUILT_IN
    assert found["notes"] == []


def test_an_installed_builder_is_listed_with_its_owner(install: Any) -> None:
    found = registry(install("echo_builder"))

    assert found == {
        "builders": [*BUILT_IN, "echo"],
        "owners": {**OURS, "echo": "example-echo-builder"},
        "notes": [],
    }


def test_an_installed_builder_is_chosen_by_its_name(install: Any, model: Path) -> None:
    out, _ = plan(install("echo_builder"), model, "-C", "builder=echo")

    steps = [line.strip() for line in out.splitlines()]
    assert "2. lock the environment with echo (this environment was not locked before; echo: asked for)" in steps


def test_an_installed_builder_of_high_rank_is_not_chosen_by_itself(install: Any, model: Path) -> None:
    out, _ = plan(install("echo_builder"), model)

    assert "lock the environment with echo (" not in out


def test_a_misspelt_builder_is_told_the_nearest_and_all(install: Any, model: Path) -> None:
    _, err = plan(install("echo_builder"), model, "-C", "builder=ecko", code=1)

    assert err == (
        "Error: no environment builder is called 'ecko'\n"
        "Hint: did you mean 'echo'? Installed builders: rattler, uv, conda, docker, echo.\n"
    )  # fmt: skip


def test_a_builder_that_cannot_be_imported_is_named_and_skipped(install: Any, model: Path) -> None:
    out, err = plan(install("broken_builder", "echo_builder"), model, "-C", "builder=echo")

    assert "lock the environment with echo" in out
    assert err == (
        "note: the plugin 'broken' of example-broken-builder is skipped, it cannot be loaded: "
        "ModuleNotFoundError: No module named 'a_module_that_nobody_wrote'\n"
    )


def test_two_builders_of_one_name_are_told_with_both_owners(install: Any) -> None:
    found = registry(install("clashing_builder"))

    assert found["builders"] == BUILT_IN
    assert found["owners"] == OURS
    assert found["notes"] == [
        "'uv' is registered by oci-mlflow-plugin and by example-clashing-builder; that of oci-mlflow-plugin is used"
    ]


def test_an_installed_builder_is_in_the_table_with_whom_it_belongs_to(install: Any) -> None:
    lines = install("echo_builder").run("oci-mlflow", "builders", "--json").out

    found = {each["name"]: each for each in json.loads(lines)}
    assert list(found) == [*BUILT_IN, "echo"]
    assert found["echo"] == {
        "name": "echo",
        "distribution": "example-echo-builder",
        "summary": "Copies what is installed here",
        "builds": "pip requirements that are installed here",
        "unusable": None,
        "rank": 1000,
    }


def test_the_table_says_why_a_builder_is_not_usable_here(install: Any, tmp_path: Path) -> None:
    commands = install("echo_builder")
    nowhere = {
        "PATH": str(tmp_path / "bin"),
        "DOCKER_HOST": "",
        "CONDA_EXE": "",
        "MAMBA_EXE": "",
        "OCI_MLFLOW_CONDA": "",
    }

    lines = commands.run("oci-mlflow", "builders", **nowhere).out.splitlines()

    cells = [re.split(r"\s{2,}", line) for line in lines]
    assert cells[0] == ["NAME", "FROM", "BUILDS", "USABLE HERE"]
    assert cells[1] == ["rattler", "oci-mlflow-plugin", "conda packages and pip requirements", "yes"]
    assert cells[3][0] == "conda"
    assert cells[3][3].startswith("no conda, mamba or micromamba is on PATH")
    assert cells[5] == ["echo", "example-echo-builder", "pip requirements that are installed here", "yes"]


def test_the_builders_of_images_have_a_table_of_their_own(install: Any, tmp_path: Path) -> None:
    commands = install("echo_builder")
    nowhere = {"DOCKER_HOST": f"unix://{tmp_path}/nowhere"}

    lines = commands.run("oci-mlflow", "builders", "--images", **nowhere).out.splitlines()
    listed = json.loads(commands.run("oci-mlflow", "builders", "--images", "--json", **nowhere).out)

    cells = [re.split(r"\s{2,}", line) for line in lines]
    assert cells[0] == ["NAME", "FROM", "BUILDS", "USABLE HERE"]
    assert cells[1] == ["layers", "oci-mlflow-plugin", "container images", "yes"]
    assert cells[2][0] == "docker"
    assert [(each["name"], each["unusable"] or "yes") for each in listed] == [
        ("layers", "yes"),
        ("docker", cells[2][3]),
    ]


def test_a_lock_that_was_written_is_what_a_deployment_builds_from(install: Any, model: Path, tmp_path: Path) -> None:
    commands = install("echo_builder")
    asked = ("-t", LOCAL, "-m", str(model))

    commands.run("oci-mlflow", "lock", *asked, "-C", "builder=echo", "-o", "lock.json")
    out, _ = plan(commands, model, "-C", "lock=lock.json")

    lock = Lock.from_text((tmp_path / "lock.json").read_text())
    assert (lock.builder, lock.python.version) == ("echo", platform.python_version())
    assert "the lock is one of echo" in out or "its lock was given" in out
    assert "lock the environment" not in out


def test_a_lock_goes_to_stdout_alone(install: Any, model: Path) -> None:
    done = install("echo_builder").run("oci-mlflow", "lock", "-t", LOCAL, "-m", str(model), "-C", "builder=echo")

    assert Lock.from_text(done.out).builder == "echo"
    assert list(json.loads(done.out)) == ["builder", "conda", "pip", "platform", "python", "version"]
    assert "with echo (asked for)" in done.err


def test_a_lock_for_another_machine_is_told_with_its_line(install: Any, model: Path, tmp_path: Path) -> None:
    commands = install("echo_builder")
    commands.run("oci-mlflow", "lock", "-t", LOCAL, "-m", str(model), "-C", "builder=echo", "-o", "lock.json")
    text = (tmp_path / "lock.json").read_text()
    (tmp_path / "lock.json").write_text(re.sub(r'"platform": ".*"', '"platform": "osx-arm64"', text))
    line = next(number for number, each in enumerate(text.splitlines(), 1) if '"platform"' in each)

    _, err = plan(commands, model, "-C", "lock=lock.json", code=1)

    assert err.splitlines()[0].startswith(f"Error: lock.json:{line}: the lock is for osx-arm64, and this deployment")


def test_an_environment_of_an_installed_builder_is_locked_packed_and_published(install: Any, tmp_path: Path) -> None:
    commands = install("echo_builder")

    done = commands.python(_BUILD.format(python=platform.python_version()))

    lock, answer = done.out.split()
    assert json.loads(lock)["version"] == LOCK_VERSION
    assert json.loads(lock)["builder"] == "echo"
    assert answer.startswith(str(tmp_path / "unpacked"))


#: What a create does with a builder, from the registry to the unpacked environment.
_BUILD = """
import pathlib, subprocess
from oci_mlflow_builders.archive import TarPacker, unpack
from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.model.pack import PackManifest
from oci_mlflow_core.planning.builder_choice import choose_builder
from oci_mlflow_core.testing.packing import packed_file
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.registry import load_registry

request = EnvironmentRequest(python="{python}", pip=("pluggy",))
builder = choose_builder(load_registry().builders, request, "echo").descriptor.factory()
step, here = RecordingStep("x"), pathlib.Path.cwd()
lock = builder.lock(request, here, step)
built = builder.build(request, lock, here, step)
manifest = PackManifest(name="x", version="1", slug="x_v1", python="{python}")
pack = packed_file(TarPacker(), built, manifest, here / "pack.tar.gz", step)
(here / "unpacked").mkdir()
unpack(pack.path, here / "unpacked", step)
print(lock.to_text())
python = str(here / "unpacked" / "bin" / "python")
command = [python, "-I", "-c", "import pluggy; print(pluggy.__file__)"]
print(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
"""
