"""The index of the service's own packs."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from oci_mlflow_core.errors import PackNotFoundError, one_of
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.model.service_pack import ServicePack

_PACKS = "service_packs"
_SHOWN = 3
#: How near a slug has to be (from 0 to 1) to be one that may have been meant.
_NEAR = 0.5


def read_service_index(text: str) -> tuple[ServicePack, ...]:
    """The packs that an index names, each slug once; an entry without slug or location is passed over.

    Source: what ADS reads, ``{"service_packs": [{"slug": …, "pack_path": "oci://…", "python": …}, …]}``.

    Raises:
        ValueError: It is not such an index.
    """
    entries = _entries(json.loads(text))
    if entries is None:
        msg = f"expected a mapping with the list '{_PACKS}'"
        raise ValueError(msg)
    found: dict[str, ServicePack] = {}
    for pack in _packs(entry for entry in entries if isinstance(entry, dict)):
        found.setdefault(pack.slug, pack)
    return tuple(found.values())


def _entries(plain: object) -> list[object] | None:
    entries = plain.get(_PACKS) if isinstance(plain, dict) else None
    return entries if isinstance(entries, list) else None


def _packs(entries: Iterable[Mapping[str, Any]]) -> Iterator[ServicePack]:
    for entry in entries:
        slug, path = entry.get("slug"), str(entry.get("pack_path") or "")
        location = _location(path)
        if slug and location is not None:
            said = {name: str(entry.get(name) or "") for name in ("name", "version", "python")}
            libraries = entry.get("libraries")
            names = tuple(map(str, libraries)) if isinstance(libraries, list) else ()
            yield ServicePack(slug=str(slug), location=location, libraries=names, **said)


def _location(uri: str) -> ObjectLocation | None:
    try:
        return ObjectLocation.parse(uri)
    except ValueError:
        return None


def pack_of_slug(slug: str, packs: Sequence[ServicePack], where: str = "") -> ServicePack:
    """The pack of that slug.

    Args:
        slug: As the user gave it.
        packs: All of the service's.
        where: In which line it stands, for the message.

    Raises:
        PackNotFoundError: There is none; says which may have been meant.
    """
    for pack in packs:
        if pack.slug == slug:
            return pack
    at = f" ({where})" if where else ""
    raise PackNotFoundError(slug, f"no pack of the service has this slug{at}", _meant(slug, packs))


def _meant(slug: str, packs: Sequence[ServicePack]) -> str:
    slugs = [pack.slug for pack in packs]
    near = difflib.get_close_matches(slug, slugs, n=_SHOWN, cutoff=_NEAR)
    if near:
        return f"Did you mean {one_of(near)}?"
    if not slugs:
        return "The service lists no packs: give the oci:// URI of one, or a mapping with 'name' to build one."
    count = "one pack" if len(slugs) == 1 else f"{len(slugs)} packs"
    return f"It has {count}, such as {one_of(slugs[:_SHOWN])}."
