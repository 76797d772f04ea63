"""A lock that the user gave (``-C lock``): reading it, and seeing that it is for this deployment."""

from __future__ import annotations

import json

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.options import LockFile

_HINT = "'oci-mlflow lock' writes one for this model, or leave -C lock out: the environment is then locked anew."


def given_lock(file: LockFile, request: EnvironmentRequest) -> Lock:
    """The lock in the file.

    Raises:
        InvalidRequestError: It is not a lock of this version, or one for another platform or Python; the message
            begins with the file, and the line where it stands.
    """
    lock = _read(file)
    if lock.platform is not request.platform:
        reason = f"the lock is for {lock.platform}, and this deployment runs on {request.platform}"
        raise InvalidRequestError(f"{_at(file, 'platform')}: {reason}", _HINT)
    if not _asked(request.python).contains(lock.python.version, prereleases=True):
        reason = f"the lock has Python {lock.python.version}, and the model asks for {request.python}"
        raise InvalidRequestError(f"{_at(file, 'python')}: {reason}", _HINT)
    return lock


def missing_requirements(lock: Lock, request: EnvironmentRequest) -> tuple[str, ...]:
    """What the model asks for and is not in the lock, by the name under which it asks; conda's names count too."""
    there = {entry.name for entry in lock.pip} | {canonicalize_name(entry.name) for entry in lock.conda}
    asked = [Requirement(text) for text in request.pip]
    return tuple(
        str(requirement)
        for requirement in asked
        if requirement.marker is None and canonicalize_name(requirement.name) not in there
    )


def _read(file: LockFile) -> Lock:
    try:
        return Lock.from_text(file.text)
    except json.JSONDecodeError as fault:
        # some of Python's messages lead up to the place, which stands before them here
        reason = fault.msg.removesuffix(" starting at")
        raise InvalidRequestError(f"{file.path}:{fault.lineno}:{fault.colno}: not JSON: {reason}", _HINT) from fault
    except (ValueError, AttributeError) as fault:
        raise InvalidRequestError(f"{file.path}: {fault}", _HINT) from fault


def _asked(python: str) -> SpecifierSet:
    return SpecifierSet(f"=={python}" if python[:1].isdigit() else python)


def _at(file: LockFile, key: str) -> str:
    """The line where a key of the lock stands; that of the last one, for the keys of the lock itself are its last."""
    lines = [number for number, line in enumerate(file.text.splitlines(), start=1) if f'"{key}"' in line]
    return f"{file.path}:{lines[-1]}" if lines else str(file.path)
