from __future__ import annotations

import pytest

from oci_mlflow_core.testing.artifact_assembler import ArtifactAssemblerContract, MemoryArtifactAssembler
from oci_mlflow_plugin.adapters.score.assembler import ScoreArtifactAssembler


class TestScoreArtifactAssembler(ArtifactAssemblerContract):
    @pytest.fixture
    def assembler(self) -> ScoreArtifactAssembler:
        return ScoreArtifactAssembler()


class TestMemoryArtifactAssembler(ArtifactAssemblerContract):
    streams = False

    @pytest.fixture
    def assembler(self) -> MemoryArtifactAssembler:
        return MemoryArtifactAssembler()
