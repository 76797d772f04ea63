"""What the data plane has to know of the control plane."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol


class Deployments(Protocol):
    """Deployments and who serves them; both methods may be called with the twin's lock or without."""

    @abstractmethod
    def document(self, deployment_id: str) -> Mapping[str, Any] | None:
        """The deployment as ``get_model_deployment`` answers it, in its state of now; None where there is none."""
        ...

    @abstractmethod
    def server_url(self, deployment_id: str) -> str | None:
        """Where the generation that serves at present answers, without a trailing slash; None where none does."""
        ...
