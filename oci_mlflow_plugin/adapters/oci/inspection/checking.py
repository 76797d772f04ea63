"""One thing that a deployment needs, how it is looked at, and what mends it."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from oci_mlflow_core.errors import DeploymentError, NotAuthorizedError
from oci_mlflow_core.model.artifact import ModelFacts
from oci_mlflow_core.ports.inspector import Finding, Outcome
from oci_mlflow_core.ports.pack_store import PackStore
from oci_mlflow_core.spec.deployment import DeploymentSpec
from oci_mlflow_core.spec.infrastructure import Infrastructure
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

_POLICY = "allow "


@attrs.frozen(kw_only=True)
class Examination:
    """What is looked at."""

    connection: Connection
    packs: PackStore
    spec: DeploymentSpec
    #: None where no model is named.
    facts: ModelFacts | None = None

    @property
    def infrastructure(self) -> Infrastructure:
        """An empty one where the file has none."""
        return self.spec.infrastructure or Infrastructure()

    @property
    def compartment_id(self) -> str:
        """OCID.

        Raises:
            InvalidRequestError: Nothing says which.
        """
        return self.connection.compartment_id(self.infrastructure.compartment_id)

    @property
    def project_id(self) -> str:
        """OCID.

        Raises:
            InvalidRequestError: Nothing says which.
        """
        return self.connection.project_id(self.infrastructure.project_id)


@attrs.frozen(kw_only=True)
class Seen:
    """What a look gave."""

    told: str
    outcome: Outcome = Outcome.PASSED
    #: Where it differs from that of the check.
    remedy: str = ""
    #: Why nothing can be asked of OCI, to follow "not looked at:"; empty where it can.
    obstacle: str = ""


@attrs.frozen(kw_only=True)
class Check:
    """One thing that a deployment needs."""

    subject: str
    #: What is looked at, one sentence for the documentation.
    asks: str
    #: The policy statement, setting or command that mends it.
    remedy: str
    look: Callable[[Examination], Seen]
    #: Whether OCI has to be asked.
    asks_oci: bool = True

    def seen(self, examination: Examination) -> Seen:
        """What the look gave; one that ends with an error gave that."""
        try:
            return self.look(examination)
        except DeploymentError as fault:
            return Seen(told=str(fault), outcome=Outcome.FAILED, remedy=self._mending(fault))

    def finding(self, seen: Seen) -> Finding:
        """The finding for what was seen; one that failed has a remedy."""
        mended = seen.remedy or (self.remedy if seen.outcome is Outcome.FAILED else "")
        return Finding(subject=self.subject, outcome=seen.outcome, told=seen.told, remedy=mended)

    def _mending(self, fault: DeploymentError) -> str:
        """The check knows its policy better than the call that was refused, and other faults know themselves better."""
        if isinstance(fault, NotAuthorizedError) and _POLICY in self.remedy:
            return self.remedy
        return fault.hint or self.remedy


def nothing_to_see(told: str) -> Seen:
    """A look that does not apply."""
    return Seen(told=told, outcome=Outcome.SKIPPED)
