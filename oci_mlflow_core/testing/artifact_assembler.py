"""What every `ArtifactAssembler` keeps, and one that works in memory."""
# ruff: noqa: S101 - tests assert

from __future__ import annotations

import hashlib
import io
import os
import re
import tracemalloc
import zipfile
from abc import abstractmethod
from pathlib import Path
from typing import BinaryIO

import attrs
import pytest

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_core.model.artifact import FetchedModel, ModelVersion, RuntimeArtifact, RuntimeDescription
from oci_mlflow_core.ports.artifact_assembler import ArtifactAssembler

#: An environment for tests.
RUNTIME = RuntimeDescription(slug="cancer_v1", pack_uri="oci://packs@namespace/cpu/cancer/1/cancer_v1", python="3.10")


@attrs.frozen
class MemoryArtifact(RuntimeArtifact):
    """A zip held in memory."""

    content: bytes

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """Of the whole zip."""
        return hashlib.sha256(self.content).hexdigest()

    def open(self) -> BinaryIO:
        """A new stream of the zip's bytes."""
        return io.BytesIO(self.content)


class MemoryArtifactAssembler(ArtifactAssembler):
    """Makes small artifacts for tests of what uses them; keeps promises 1 and 2, and cannot keep 3."""

    def assemble(
        self, model: FetchedModel, runtime: RuntimeDescription | None, score_code: Path | None = None
    ) -> RuntimeArtifact:
        """The artifact, with a ``score.py`` that answers what it was asked."""
        files = {
            path.relative_to(model.path).as_posix(): path.read_bytes()
            for path in model.path.rglob("*")
            if path.is_file()
        }
        if runtime is None:
            return MemoryArtifact(_zip(files))
        own = {"runtime.yaml"} if score_code else {"runtime.yaml", "score.py"}
        if taken := sorted(own & set(files)):
            raise ArtifactError(model.version.uri, f"the model brings a file '{taken[0]}'")
        files["score.py"] = _read(score_code) if score_code else _ECHO
        files["runtime.yaml"] = repr(runtime).encode()
        return MemoryArtifact(_zip(files))


_ECHO = b"def load_model():\n    return None\n\n\ndef predict(data, model=load_model()):\n    return data\n"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise ArtifactError(str(path), f"cannot be read: {fault.strerror}") from fault


def _zip(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name])
    return stream.getvalue()


class ArtifactAssemblerContract:
    """Runs against any assembler; a subclass gives it. The numbers are those of the port's promises."""

    #: False for an adapter that is meant for small models only.
    streams = True

    @abstractmethod
    @pytest.fixture
    def assembler(self) -> ArtifactAssembler:
        """The adapter under test."""

    @pytest.fixture
    def model(self, tmp_path: Path) -> FetchedModel:
        """A small model, not one that can be loaded."""
        folder = tmp_path / "model"
        (folder / "data").mkdir(parents=True)
        (folder / "MLmodel").write_text("flavors:\n  python_function: {}\n")
        (folder / "data" / "weights.bin").write_bytes(bytes(range(256)) * 100)
        return FetchedModel(path=folder, version=ModelVersion(uri="models:/cancer/1", pinned_uri="models:/cancer/1"))

    @pytest.fixture
    def score_code(self, tmp_path: Path) -> Path:
        """A user's scoring file under another name."""
        path = tmp_path / "my_scoring.py"
        path.write_text(
            "def load_model():\n    return 1\n\n\ndef predict(data, model=load_model()):\n    return model\n"
        )
        return path

    def test_1_for_a_container_the_models_files_are_alone(
        self, assembler: ArtifactAssembler, model: FetchedModel
    ) -> None:
        artifact = assembler.assemble(model, None)

        with artifact.open() as stream, zipfile.ZipFile(stream) as archive:
            names = {name for name in archive.namelist() if not name.endswith("/")}
        assert names == {"MLmodel", "data/weights.bin"}

    def test_1_score_and_runtime_are_at_the_root_beside_the_models_files(
        self, assembler: ArtifactAssembler, model: FetchedModel
    ) -> None:
        artifact = assembler.assemble(model, RUNTIME)

        with artifact.open() as stream, zipfile.ZipFile(stream) as archive:
            assert set(archive.namelist()) == {"MLmodel", "data/weights.bin", "runtime.yaml", "score.py"}
            assert bytes(range(256)) * 100 == archive.read("data/weights.bin")

    def test_1_the_users_score_code_becomes_score_py(
        self, assembler: ArtifactAssembler, model: FetchedModel, score_code: Path
    ) -> None:
        artifact = assembler.assemble(model, RUNTIME, score_code)

        with artifact.open() as stream, zipfile.ZipFile(stream) as archive:
            assert score_code.read_bytes() == archive.read("score.py")
            assert "my_scoring.py" not in archive.namelist()

    @pytest.mark.parametrize("name", ["score.py", "runtime.yaml"])
    def test_1_a_model_that_brings_a_file_of_the_same_name_is_refused(
        self, assembler: ArtifactAssembler, model: FetchedModel, name: str
    ) -> None:
        (model.path / name).write_text("mine")

        with pytest.raises(ArtifactError, match=re.escape(f"the model brings a file '{name}'")):
            assembler.assemble(model, RUNTIME)

    def test_1_score_code_takes_the_place_of_the_models_own_score_py(
        self, assembler: ArtifactAssembler, model: FetchedModel, score_code: Path
    ) -> None:
        (model.path / "score.py").write_text("mine")

        artifact = assembler.assemble(model, RUNTIME, score_code)

        with artifact.open() as stream, zipfile.ZipFile(stream) as archive:
            assert archive.namelist().count("score.py") == 1
            assert score_code.read_bytes() == archive.read("score.py")

    def test_1_score_code_that_is_not_there_is_an_artifact_error(
        self, assembler: ArtifactAssembler, model: FetchedModel, tmp_path: Path
    ) -> None:
        with pytest.raises(ArtifactError, match=r"nowhere\.py"):
            assembler.assemble(model, RUNTIME, tmp_path / "nowhere.py")

    def test_2_equal_input_gives_equal_bytes(self, assembler: ArtifactAssembler, model: FetchedModel) -> None:
        first = _read_all(assembler.assemble(model, RUNTIME))
        for path in model.path.rglob("*"):
            os.utime(path, (1, 1))

        second = _read_all(assembler.assemble(model, RUNTIME))

        assert first == second

    def test_2_another_file_gives_another_digest(self, assembler: ArtifactAssembler, model: FetchedModel) -> None:
        first = assembler.assemble(model, RUNTIME).sha256
        (model.path / "MLmodel").write_text("flavors:\n  python_function: {a: 1}\n")

        second = assembler.assemble(model, RUNTIME).sha256

        assert first != second

    def test_2_size_and_sha256_are_those_of_the_bytes(self, assembler: ArtifactAssembler, model: FetchedModel) -> None:
        artifact = assembler.assemble(model, RUNTIME)

        size, digest, content = artifact.size, artifact.sha256, _read_all(artifact)

        assert len(content) == size
        assert hashlib.sha256(content).hexdigest() == digest

    def test_2_the_stream_can_be_opened_many_times(self, assembler: ArtifactAssembler, model: FetchedModel) -> None:
        artifact = assembler.assemble(model, RUNTIME)

        with artifact.open() as first, artifact.open() as second:
            first.read(1000)

            assert second.read() == _read_all(artifact)

    def test_3_memory_does_not_grow_with_the_model_and_nothing_is_written(
        self, assembler: ArtifactAssembler, model: FetchedModel, tmp_path: Path
    ) -> None:
        if not self.streams:
            pytest.skip("keeps its artifacts in memory")
        with (model.path / "large.bin").open("wb") as file:
            file.truncate(200 << 20)
        before = sorted(tmp_path.rglob("*"))
        tracemalloc.start()

        artifact = assembler.assemble(model, RUNTIME)
        with artifact.open() as stream:
            total = sum(len(block) for block in iter(lambda: stream.read(1 << 16), b""))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert artifact.size == total
        assert peak < 16 << 20
        assert before == sorted(tmp_path.rglob("*"))


def _read_all(artifact: RuntimeArtifact) -> bytes:
    with artifact.open() as stream:
        return stream.read()
