"""Whether all that there is after one run is the same as after another, but for names and times that are drawn anew."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from integration.oci.faults.world import World
from oci_twin.state import State

#: OCIDs; runs and processes; etags; identifiers, digests and tokens in hexadecimal; digests in base64; answers' dates.
_DRAWN = re.compile(
    r"ocid1\.[\w.]+"
    r"|[0-9a-f]{32}\.[0-9a-f]{16}\.[0-9a-f]{12}\.\d+\.\d+"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|[0-9a-f]{16,}"
    r"|[\w+/]{22}=="
    r"|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")


def fingerprint(world: World, state: State) -> str:
    """Equal for two moments at which everything that a command can see is equal.

    Names are told apart by the order in which they appear, times by which is earlier.
    """
    text = "\n".join([*map("\t".join, state.rows()), *_contents(state.blobs, world)])
    names: dict[str, str] = {}
    text = _DRAWN.sub(lambda found: names.setdefault(found[0], f"<{len(names)}>"), text)
    moments = {moment: number for number, moment in enumerate(sorted({found[0] for found in _TIME.finditer(text)}))}
    return hashlib.sha256(_TIME.sub(lambda found: f"<time {moments[found[0]]}>", text).encode()).hexdigest()


def _contents(blobs: Path, world: World) -> list[str]:
    """Every file with its name, in the twin and on the user's machine, and what the registry says."""
    paths = [*blobs.iterdir(), *(path for path in world.folder.rglob("*") if path.is_file())]
    texts = [f"{path.name}\t{path.read_bytes().decode('latin-1')}" for path in paths]
    links = {uri: dict(tags) for uri, tags in world.source.links.items() if tags}
    # in an order that does not hang on drawn names
    return [*sorted(texts, key=lambda text: _DRAWN.sub("", text)), json.dumps(links, sort_keys=True)]
