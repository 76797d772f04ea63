"""Holding a lock to the hashes that the model's environment files give."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from oci_mlflow_builders.uv.complaints import NAME
from oci_mlflow_core.errors import UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, LockedRequirement


def only_allowed(packages: Iterable[LockedRequirement], request: EnvironmentRequest) -> tuple[LockedRequirement, ...]:
    """The packages, of which none may be installed from a file that ``--hash`` excludes.

    One right hash is enough, as it is for pip; a hash of a kind that the index does not tell (``sha512:…``) is kept,
    and compared when the file is there. Source: pip documentation, "Secure installs".

    Raises:
        UnsolvableEnvironmentError: No file of a package is allowed.
    """
    allowed = {name: frozenset(map(str.lower, hashes)) for name, hashes in request.hashes}
    return tuple(_narrowed(locked, allowed[locked.name]) if locked.name in allowed else locked for locked in packages)


def _narrowed(locked: LockedRequirement, allowed: frozenset[str]) -> LockedRequirement:
    if not locked.hashes:
        raise _excluded(
            f"{locked.name} {locked.version} comes from a repository and has no hash, and the model's environment "
            "files allow only files of certain hashes (--hash)",
            f"Take --hash from the requirement; the commit {locked.version} says what it is.",
        )
    told = {_kind(hash_) for hash_ in locked.hashes}
    kept = {hash_ for hash_ in allowed if hash_ in locked.hashes or _kind(hash_) not in told}
    if not kept:
        raise _excluded(
            f"{locked.name} {locked.version} was chosen, and no file of it has one of the hashes that the model's "
            "environment files allow (--hash)",
            "Pin the version that the hashes belong to with '==', or give the hashes of the files that are there now.",
        )
    return attrs.evolve(locked, hashes=tuple(sorted(kept)))


def _kind(hash_: str) -> str:
    return hash_.partition(":")[0]


def _excluded(reason: str, hint: str) -> UnsolvableEnvironmentError:
    return UnsolvableEnvironmentError(builder=NAME, stage="lock", reason=reason, hint=hint)
