"""What one environment file of a model says."""

from __future__ import annotations

import attrs

from oci_mlflow_core.planning.environment.asked_python import AskedPython
from oci_mlflow_core.planning.environment.match_spec import MatchSpec
from oci_mlflow_core.planning.environment.pip_section import PipSection
from oci_mlflow_core.planning.environment.place import Place


@attrs.frozen
class CondaPackage:
    """A package that conda has to bring."""

    spec: MatchSpec
    place: Place


@attrs.frozen(kw_only=True)
class EnvironmentFile:
    """The contents of ``conda.yaml``, of ``python_env.yaml`` or of ``requirements.txt`` alone, in one form."""

    name: str
    pythons: tuple[AskedPython, ...] = ()
    pip: PipSection = attrs.field(factory=PipSection)
    conda: tuple[CondaPackage, ...] = ()
    channels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
