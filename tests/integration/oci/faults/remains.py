"""What there is after a command, seen behind the service's back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from integration.oci.faults.world import World
from oci_twin.state import State

_BESIDE = re.compile(r"(?P<pack>.+)\.(?P<publication>[0-9a-f]{16})\.(lock|sha256)")
_OCID = re.compile(r"ocid1\.(datasciencemodeldeployment|datasciencemodel)\.[\w.]+")
_RUN = re.compile(r"[0-9a-f]{32}\.[0-9a-f]{16}\.[0-9a-f]{12}\.\d+\.\d+")
#: Kept on the machine for the next deployment of the same environment.
_LOCKS = "home/cache/locks/[0-9a-f]*.json"
_PUBLICATION = re.compile(r"\.[0-9a-f]{16}\.")


@attrs.frozen(kw_only=True)
class Remains:
    """Everything that a command can leave."""

    #: As the service shows them, by OCID.
    deployments: Mapping[str, Mapping[str, Any]]
    models: Mapping[str, Mapping[str, Any]]
    #: Multipart uploads by id, and the names of their objects.
    uploads: Mapping[str, str]
    objects: tuple[str, ...]
    #: Objects beside a pack that is not there, or is another publication's.
    stray: tuple[str, ...]
    #: Below the home folder and among the machine's temporary files.
    files: tuple[str, ...]
    #: Copies of packs that were asked for, by name, and their digests.
    kept: Mapping[str, str]
    #: Records of the journal, as they are written.
    journal: tuple[str, ...]
    #: The registry's tags by version.
    links: Mapping[str, Mapping[str, str]]

    @property
    def served(self) -> set[str]:
        """OCIDs of models that a deployment serves."""
        return {each for each in self.models if each in json.dumps(list(self.deployments.values()))}

    @property
    def linked(self) -> set[str]:
        """OCIDs of the deployments that the registry names."""
        values = "\n".join(value for tags in self.links.values() for value in tags.values())
        return {found[0] for found in _OCID.finditer(values) if found[1] == "datasciencemodeldeployment"}

    def normal(self) -> str:
        """The same for two runs that came to the same, whatever OCIDs they were given."""
        plain = attrs.asdict(self)
        kept = ("displayName", "lifecycleState", "freeformTags", "modelDeploymentConfigurationDetails")
        for kind in ("deployments", "models"):
            plain[kind] = [{key: each.get(key) for key in kept} | {"id": ocid} for ocid, each in plain[kind].items()]
        numbers: dict[str, str] = {}

        def numbered(found: re.Match[str]) -> str:
            return numbers.setdefault(found[0], f"<{found[1]} {len(numbers)}>")

        text = _OCID.sub(numbered, json.dumps(plain, sort_keys=True, indent=1))
        return _PUBLICATION.sub(".<publication>.", _RUN.sub("<run>", text))


def remains_of(world: World, state: State) -> Remains:
    """What there is now, in the twin of that state."""
    objects = state.all("object")
    return Remains(
        deployments=_living(state.all("data_science_model_deployment")),
        models=_living(state.all("data_science_model")),
        uploads={each["uploadId"]: each["object"] for each in state.all("upload")},
        objects=tuple(sorted(each["name"] for each in objects)),
        stray=_stray(objects),
        files=_files(world),
        kept={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _kept(world)},
        journal=tuple(
            json.dumps(record, sort_keys=True)
            for path in sorted(world.home.journal.glob("*.json"))
            for record in json.loads(path.read_text())["records"]
        ),
        links={uri: dict(tags) for uri, tags in world.source.links.items() if tags},
    )


def _living(documents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    seen = [each["seen"] for each in documents]
    return {each["id"]: each for each in seen if each["lifecycleState"] != "DELETED"}


def _stray(objects: list[dict[str, Any]]) -> tuple[str, ...]:
    publications = {each["name"]: each["metadata"].get("opc-meta-publication") for each in objects}
    beside = [found for name in publications if (found := _BESIDE.fullmatch(name))]
    return tuple(found[0] for found in beside if publications.get(found["pack"]) != found["publication"])


def _kept(world: World) -> list[Path]:
    """Whole ones, by their names."""
    return sorted(world.kept.glob("*.tar.gz"))


def _files(world: World) -> tuple[str, ...]:
    """All but the journals, which are looked at by themselves, what was asked for, and locks kept for the next time."""
    found = {path for path in world.folder.rglob("*") if path.is_file()} - set(_kept(world))
    left = (path for path in found if path.parent.name != "journal" and not path.match(_LOCKS))
    return tuple(sorted(str(path.relative_to(world.folder)) for path in left))
