"""Taking out of an image what tells when and by which engine it was built, so that equal recipes are equal images.

An engine writes the time and names of its own into an image's configuration. The configuration is written anew here,
over the layers that the engine has made, and handed to it without them: it has them already.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from oci_mlflow_builders.docker.engine import Engine
from oci_mlflow_builders.images.configuration import Document, RunSettings, configuration_of
from oci_mlflow_builders.images.layer_files import LayerFile


def settle(  # noqa: PLR0913, PLR0917 - an image and all that it is made from
    engine: Engine, built: str, tag: str, base: Mapping[str, Any], layers: Sequence[LayerFile], run: RunSettings
) -> bool:
    """Gives the image of the name `built` its settled form, under the name `tag`; whether the engine could take it.

    Raises:
        BuildError: The engine has gone.
    """
    with engine.told("settling the image"):
        there = list(engine.client.images.get(built).attrs["RootFS"]["Layers"])
        own = there[len(base["rootfs"]["diff_ids"]) :]
        if len(own) != len(layers):
            return False
        renamed = [attrs.evolve(layer, diff_id=diff_id) for layer, diff_id in zip(layers, own, strict=True)]
        configuration = configuration_of(base, renamed, run)
        said = list(engine.client.api.load_image(_archive(configuration, tag, len(there))))
        if any("error" in line for line in said):
            return False
        return bool(engine.client.images.get(tag).id == configuration.digest)


def _archive(configuration: Document, tag: str, layers: int) -> bytes:
    """As ``docker save`` writes one, without the layers."""
    name = f"{configuration.digest.removeprefix('sha256:')}.json"
    index = [{"Config": name, "RepoTags": [tag], "Layers": [f"{number}/layer.tar" for number in range(layers)]}]
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as members:
        for path, content in (("manifest.json", json.dumps(index).encode()), (name, configuration.content)):
            member = tarfile.TarInfo(path)
            member.size = len(content)
            members.addfile(member, io.BytesIO(content))
    return archive.getvalue()
