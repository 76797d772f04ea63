"""The runtime artifact, made of a model's folder while it is read."""

from __future__ import annotations

import hashlib
import io
from importlib import resources
from pathlib import Path
from typing import BinaryIO

import attrs

from oci_mlflow_core.errors import ArtifactError
from oci_mlflow_core.model.artifact import FetchedModel, RuntimeArtifact, RuntimeDescription
from oci_mlflow_core.ports.artifact_assembler import ArtifactAssembler
from oci_mlflow_plugin.adapters.score.model_files import model_members
from oci_mlflow_plugin.adapters.score.runtime_yaml import runtime_yaml
from oci_mlflow_plugin.adapters.score.score_check import check_score_code
from oci_mlflow_plugin.adapters.score.zip_layout import Member, ZipLayout
from oci_mlflow_plugin.adapters.score.zip_stream import Checksums, ZipStream

_BLOCK = 1 << 20
_SCORE, _RUNTIME = "score.py", "runtime.yaml"


class ScoreArtifactAssembler(ArtifactAssembler):
    """Puts the project's own ``score.py``, or the user's, and ``runtime.yaml`` beside the model's files."""

    def assemble(
        self, model: FetchedModel, runtime: RuntimeDescription | None, score_code: Path | None = None
    ) -> RuntimeArtifact:
        """See the port."""
        found = model_members(model)
        if runtime is None:
            members = tuple(sorted(found, key=lambda member: member.encoded_name))
            return ScoreArtifact(Checksums(ZipLayout.of(members), model.version.uri))
        _check_names(model, found, has_score_code=score_code is not None)
        score = own_score_code() if score_code is None else check_score_code(score_code)
        text = runtime_yaml(runtime).encode()
        kept = [member for member in found if member.name != _SCORE]
        added = [Member(_RUNTIME, text, len(text)), Member(_SCORE, score, len(score))]
        members = tuple(sorted([*kept, *added], key=lambda member: member.encoded_name))
        return ScoreArtifact(Checksums(ZipLayout.of(members), model.version.uri))


@attrs.define
class ScoreArtifact(RuntimeArtifact):
    """A zip that exists only while it is read."""

    _checksums: Checksums
    _sha256: str | None = attrs.field(default=None, init=False)

    @property
    def size(self) -> int:
        """See the port."""
        return self._checksums.layout.size

    @property
    def sha256(self) -> str:
        """See the port; the first call reads the whole model.

        Raises:
            ArtifactError: A file cannot be read, or is not the one that was listed.
        """
        if self._sha256 is None:
            self._sha256 = self._digest()
        return self._sha256

    def open(self) -> BinaryIO:
        """See the port; the stream can seek, and raises `ArtifactError` where a file is no longer what it was."""
        return io.BufferedReader(ZipStream(self._checksums), _BLOCK)

    def _digest(self) -> str:
        digest = hashlib.sha256()
        with self.open() as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()


def own_score_code() -> bytes:
    """The ``score.py`` of the project."""
    return resources.files(__package__).joinpath("scoring").joinpath(_SCORE).read_bytes()


def _check_names(model: FetchedModel, members: list[Member], *, has_score_code: bool) -> None:
    names = {member.name for member in members}
    if _RUNTIME in names:
        raise ArtifactError(
            model.version.uri,
            f"the model brings a file '{_RUNTIME}', which the artifact needs for itself",
            "Log the model without it.",
        )
    if _SCORE in names and not has_score_code:
        raise ArtifactError(
            model.version.uri,
            f"the model brings a file '{_SCORE}', which the artifact needs for itself",
            "Log the model without it, or name it with scoreCode if it is to serve the model.",
        )
