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


@attrs.frozen(kw_only=True)
class Check:
    """One thing that a deployment needs."""

    subject: str
    #: What is looked at, one sentence for the documentation.
    asks: str
    #: The policy statement, setting or command that mends it.
    remedy: str
    look: Callable[[Examination], Seen]

    def made(self, examination: Examination) -> Finding:
        """What was found; a look that fails is a finding that failed."""
        try:
            seen = self.look(examination)
        except DeploymentError as fault:
            return Finding(subject=self.subject, outcome=Outcome.FAILED, told=str(fault), remedy=self._mending(fault))
        mended = seen.remedy or (self.remedy if seen.outcome is Outcome.FAILED else "")
        return Finding(subject=self.subject, outcome=seen.outcome, told=seen.told, remedy=mended)

    def _mending(self, fault: DeploymentError) -> str:
        """The check knows its policy better than the call that was refused."""
        if isinstance(fault, NotAuthorizedError) and _POLICY in self.remedy:
            return self.remedy
        return "\n".join(line for line in (fault.hint, self.remedy) if line)


def nothing_to_see(told: str) -> Seen:
    """A look that does not apply."""
    return Seen(told=told, outcome=Outcome.SKIPPED)
