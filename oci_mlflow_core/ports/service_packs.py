"""The packs that the service itself keeps for everybody."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.model.service_pack import ServicePack


class ServicePacks(Protocol):
    """The service's index of its own packs; the packs themselves are read through the `PackStore`.

    1. `listed` gives what the index names, in its order and each slug once; what has no slug or no location is passed
       over.
    2. An index that is absent or cannot be understood raises `PackStoreError`.
    3. `bucket` asks nobody.
    """

    @property
    @abstractmethod
    def bucket(self) -> ObjectLocation:
        """Where the packs are; what lies elsewhere is not the service's.

        Raises:
            InvalidRequestError: It is not known for this region.
        """

    @abstractmethod
    def listed(self) -> tuple[ServicePack, ...]:
        """Every pack of the index.

        Raises:
            InvalidRequestError: Where the index is is not known for this region.
            PackStoreError: There is no index, or it cannot be understood.
        """
