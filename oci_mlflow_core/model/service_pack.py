"""Packs that the service itself keeps for everybody."""

from __future__ import annotations

import attrs

from oci_mlflow_core.model.pack import ObjectLocation


@attrs.frozen(kw_only=True)
class ServicePack:
    """One entry of the service's index; what it does not say is empty."""

    #: What names it in a deployment file.
    slug: str
    location: ObjectLocation
    name: str = ""
    version: str = ""
    #: Full version or ``major.minor``.
    python: str = ""
    #: As the index writes them (``mlflow (v2.9.2)``): those that the service praises, seldom all.
    libraries: tuple[str, ...] = ()
