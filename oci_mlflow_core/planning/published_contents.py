"""What a published pack holds, compared with what the model needs."""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.model.pack import StoredPack
from oci_mlflow_core.model.service_pack import ServicePack
from oci_mlflow_core.planning.environment.mlflow_requirement import NAMES
from oci_mlflow_core.spec.loaded import LoadedSpec

_URI_PATH = "spec.runtime.spec.uri"
_PYTHON_PATH = "spec.runtime.spec.pythonVersion"
#: Ends the name in what manifests list: ``mlflow==2.9.2``, ``mlflow (v2.9.2)``.
_END_OF_NAME = re.compile(r"[\s=<>!~(\[;@]")


@attrs.frozen
class CheckedPython:
    """The Python of a pack."""

    #: ``major.minor``.
    python: str
    notes: tuple[str, ...] = ()


def checked_python(
    stored: StoredPack, listed: ServicePack | None, given: str | None, facts: ModelFacts, loaded: LoadedSpec
) -> CheckedPython:
    """The pack's Python, as its manifest, the service's index or the file says.

    The pack decides; models are only sure to be read by the minor version that wrote them, so that another one has to
    be asked for.

    Args:
        stored: The pack.
        listed: What the service's index says of it; None for a pack of the user's own.
        given: ``pythonVersion`` of the file.
        facts: The model.
        loaded: The file.

    Raises:
        InvalidRequestError: Nothing says it, the file says another, or the model was written by another and the file
            does not name the pack's.
    """
    said = minor_of(stored.manifest.python or (listed.python if listed else ""))
    if given and said and minor_of(given) != said:
        raise InvalidRequestError(
            f"{loaded.where(_PYTHON_PATH)}: {_PYTHON_PATH}: the pack {stored.location} has Python {said}, not {given}",
            "Leave pythonVersion out; the pack says it.",
        )
    if not said and not given:
        raise InvalidRequestError(
            f"{stored.location}: the pack does not say which Python it has",
            f"Set {_PYTHON_PATH} (the model {facts.version.uri} was logged with its own).",
        )
    python = said or minor_of(str(given))
    wrote = facts.python_version
    if not wrote or minor_of(wrote) == python:
        return CheckedPython(python)
    told = f"the pack {stored.location} has Python {python}, and the model was written with Python {wrote}"
    if given:
        return CheckedPython(python, (f"{told}; what it pickled may not load",))
    raise InvalidRequestError(
        f"{loaded.where(_URI_PATH)}: {_URI_PATH}: {told}",
        f"Name a pack with Python {minor_of(wrote)}, let one be built (a mapping with 'name'), or set "
        f"{_PYTHON_PATH}: '{python}' to use this one all the same.",
    )


def mlflow_notes(stored: StoredPack, listed: ServicePack | None) -> tuple[str, ...]:
    """What to tell where nothing says that the pack holds MLflow, which score.py loads the model with.

    A pack that this project built always holds it.
    """
    manifest = stored.manifest
    libraries = (*manifest.libraries, *(listed.libraries if listed else ()))
    if manifest.lock_digest is not None or _names(libraries) & NAMES:
        return ()
    without = "without it the deployment cannot load the model"
    if libraries:
        count = len(set(libraries))
        return (f"MLflow is not among the {count} packages that the pack {stored.location} names; {without}",)
    return (f"the pack {stored.location} does not say whether it holds MLflow; {without}",)


def _names(libraries: Iterable[str]) -> frozenset[str]:
    return frozenset(_END_OF_NAME.split(each.strip(), maxsplit=1)[0].lower().replace("_", "-") for each in libraries)


def minor_of(version: str) -> str:
    """``3.11`` of ``3.11.7``."""
    return ".".join(version.split(".")[:2])
