"""One MLflow store with every model in it, and one home folder, for all end-to-end tests of a run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Commands, quiet_environ

MODELS = Path(__file__).parents[1] / "served_models.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is end to end."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """Commands whose tracking store holds the models."""
    folder = tmp_path_factory.mktemp("e2e")
    commands = Commands(folder, quiet_environ(folder))
    names = ["cancer", "scaled", "framed", "typed", "slow", "parrot", "conda-only", "saved"]
    logged = commands.run("python", str(MODELS), *names)
    (folder / "models.json").write_text(logged.out.splitlines()[-1])
    return commands


@pytest.fixture(scope="session")
def uris(store: Commands) -> dict[str, str]:
    """Model name → model URI."""
    found: dict[str, str] = json.loads((store.folder / "models.json").read_text())
    return found


@pytest.fixture
def local(store: Commands) -> Iterator[Commands]:
    """The commands, with what a test deployed deleted afterwards and nothing of it left."""
    before = store.home.names()
    yield store
    store.home.delete(*(name for name in store.home.names() if name not in before))
    if not before:
        store.home.assert_nothing_left()


@pytest.fixture(scope="session")
def deploy_file(store: Commands) -> Path:
    """The smallest file that says everything that the local target needs."""
    path = store.folder / "deploy.yaml"
    path.write_text(
        "kind: deployment\n"
        "spec:\n"
        "  runtime:\n"
        "    kind: runtime\n"
        "    type: conda\n"
        "    spec:\n"
        "      uri:\n"
        "        name: cancer\n"
        "        destination: oci://packs@team/conda-envs\n"
    )
    return path


@pytest.fixture
def scratch(store: Commands) -> Iterator[Path]:
    """A folder for one test."""
    folder = store.folder / "scratch"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)
