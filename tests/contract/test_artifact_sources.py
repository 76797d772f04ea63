from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
import pytest
from mlflow import MlflowClient

from oci_mlflow_core.model.artifact import ModelFacts, ModelOrigin, ModelVersion
from oci_mlflow_core.ports.artifact_source import ArtifactSource
from oci_mlflow_core.testing.artifact_source import ArtifactSourceContract, KnownModels
from oci_mlflow_core.testing.memory_artifact_source import MemoryArtifactSource
from oci_mlflow_plugin.adapters.mlflow_artifacts.source import MlflowArtifactSource

FILES = {
    "MLmodel": b"flavors:\n  python_function:\n    env: {virtualenv: python_env.yaml}\n    python_version: 3.11.7\n",
    "requirements.txt": b"mlflow==2.16.0\ncode/sample-1.0-py3-none-any.whl\n",
    "code/sample-1.0-py3-none-any.whl": b"PK-like bytes",
    "data/model.bin": bytes(range(256)),
}
#: What a run's tags say of where a model was made.
MADE = ModelOrigin(
    description="Answers with samples.",
    repository_url="https://git.example.com/sample",
    git_branch="main",
    git_commit="c0ffee",
    training_script="train.py",
)
RUN_TAGS = {
    "mlflow.source.git.repoURL": "https://someone:secret@git.example.com/sample",
    "mlflow.source.git.branch": MADE.git_branch,
    "mlflow.source.git.commit": MADE.git_commit,
    "mlflow.source.name": MADE.training_script,
}
MISSING = ("models:/sample/9", "models:/sample@nobody", "models:/nothing/1", "models:/nothing@nobody")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with two versions; made once, because MLflow takes seconds to lay out a database."""
    root = tmp_path_factory.mktemp("registry")
    client = MlflowClient(f"sqlite:///{root}/mlflow.db", f"sqlite:///{root}/mlflow.db")
    client.create_registered_model("sample", description=MADE.description)
    run = client.create_run("0", tags=RUN_TAGS)
    for version in ("1", "2"):
        client.create_model_version("sample", written_to(root / version).as_uri(), run.info.run_id)
    client.set_registered_model_alias("sample", "champion", "1")
    return root


class TestMemoryArtifactSource(ArtifactSourceContract):
    @pytest.fixture
    def source(self) -> MemoryArtifactSource:
        first = facts_of(
            ModelVersion(uri="models:/sample/1", pinned_uri="models:/sample/1", name="sample", version="1")
        )
        loose = facts_of(ModelVersion(uri="/tmp/loose", pinned_uri="/tmp/loose"))
        source = MemoryArtifactSource(
            {
                "models:/sample/1": (first, FILES),
                "models:/sample@champion": (first, FILES),
                "/tmp/loose": (loose, FILES),
            }
        )
        source.origins["models:/sample/1"] = MADE
        return source

    @pytest.fixture
    def known(self, source: ArtifactSource) -> KnownModels:
        assert isinstance(source, MemoryArtifactSource)

        def move_alias() -> None:
            facts, files = source.models["models:/sample/1"]
            second = attrs.evolve(facts.version, pinned_uri="models:/sample/2", version="2")
            source.models["models:/sample@champion"] = (attrs.evolve(facts, version=second), files)

        return known_models(
            unregistered="/tmp/loose",
            missing=(*MISSING, "/tmp/nowhere"),
            move_alias=move_alias,
            tags=lambda: source.links["models:/sample/1"],
            origin=MADE,
        )


class TestMlflowArtifactSource(ArtifactSourceContract):
    @pytest.fixture
    def source(self) -> MlflowArtifactSource:
        return MlflowArtifactSource()

    @pytest.fixture
    def known(self, registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KnownModels:
        database = shutil.copy(registry / "mlflow.db", tmp_path.parent / f"{tmp_path.name}.db")
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{database}")
        monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
        client = MlflowClient()
        return known_models(
            unregistered=str(registry / "1"),
            missing=(*MISSING, "runs:/0123456789abcdef/model", str(registry / "nowhere")),
            move_alias=lambda: client.set_registered_model_alias("sample", "champion", "2"),
            tags=lambda: client.get_model_version("sample", "1").tags,
            origin=attrs.evolve(
                MADE, tracking_uri=f"sqlite:///{database}", artifact_location=(registry / "1").as_uri()
            ),
        )


def known_models(
    *,
    unregistered: str,
    missing: tuple[str, ...],
    move_alias: Callable[[], None],
    tags: Callable[[], Mapping[str, str]],
    origin: ModelOrigin,
) -> KnownModels:
    return KnownModels(
        version="models:/sample/1",
        alias="models:/sample@champion",
        move_alias=move_alias,
        unregistered=unregistered,
        missing=missing,
        files=FILES,
        tags=tags,
        origin=origin,
    )


def facts_of(version: ModelVersion) -> ModelFacts:
    return ModelFacts(
        version=version,
        flavors=("python_function",),
        environment_files={"requirements.txt": FILES["requirements.txt"].decode()},
    )


def written_to(folder: Path) -> Path:
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder
