"""Files that several distributions bring, each with other bytes: one of them wins, always the same one.

Installers write distributions in parallel, and whoever writes last wins. Here it is the one that needs the others
(as pip installs it last), or the last by name where none needs the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from oci_mlflow_builders.uv.records import InstalledDistribution, hash_of


@attrs.frozen
class Overlap:
    """One file that does not have the bytes of the distribution that should win."""

    path: Path
    #: As in ``RECORD`` of the winner.
    entry: str
    winner: InstalledDistribution


def overlaps(distributions: Iterable[InstalledDistribution]) -> tuple[Overlap, ...]:
    """The files that have to be put right."""
    distributions = tuple(distributions)
    owners: dict[Path, list[tuple[str, InstalledDistribution]]] = defaultdict(list)
    for distribution in distributions:
        for entry, (hash_, _) in distribution.entries.items():
            if hash_:
                owners[distribution.path_of(entry)].append((entry, distribution))
    disputed = {
        path: claims for path, claims in owners.items() if len({one.entries[entry] for entry, one in claims}) > 1
    }
    if not disputed:
        return ()
    needs = {distribution.name: distribution.requires() for distribution in distributions}
    decided = (_decide(path, claims, needs) for path, claims in sorted(disputed.items()))
    return tuple(overlap for overlap in decided if not _is_right(overlap))


def _decide(
    path: Path, claims: Iterable[tuple[str, InstalledDistribution]], needs: Mapping[str, frozenset[str]]
) -> Overlap:
    claims = sorted(claims, key=lambda claim: claim[1].name)
    needed = {name for _, claimant in claims for name in _reach(claimant.name, needs)}
    unneeded = [claim for claim in claims if claim[1].name not in needed] or claims
    entry, winner = unneeded[-1]
    return Overlap(path, entry, winner)


def _reach(name: str, needs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Everything that the distribution needs, directly or not."""
    found: set[str] = set()
    waiting = list(needs.get(name, ()))
    while waiting:
        following = waiting.pop()
        if following not in found:
            found.add(following)
            waiting.extend(needs.get(following, ()))
    return frozenset(found - {name})


def _is_right(overlap: Overlap) -> bool:
    return hash_of(overlap.path.read_bytes()) == overlap.winner.entries[overlap.entry][0]
