"""What serves a deployment: one generation at a time, the next one prepared beside it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from oci_twin.data_science.deployments.containers import container_serving, machine_of
from oci_twin.data_science.deployments.sections import Details, environment, model_id
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.records import Record
from oci_twin.runtime.port import CondaServing, Preparation, Progress, Ready, Serving


@attrs.frozen
class Generations:
    """The generations of all deployments.

    A preparation that is not known to this process, as after a restart, is begun again when somebody asks for it.
    """

    catalog: Catalog
    preparations: dict[tuple[str, int], Preparation] = attrs.field(factory=dict)

    def serving(self, details: Details) -> Serving | None:
        """What a runtime has to serve; None for what no runtime of the twin serves: groups and references."""
        own = environment(details)
        variables: Mapping[str, str] = own.get("environmentVariables") or {}
        model = model_id(details)
        artifact = None if model is None else self.catalog.artifact_file(model)
        predict_log = ((details.get("categoryLogDetails") or {}).get("predict") or {}).get("logId")
        if own["environmentConfigurationType"] == "OCIR_CONTAINER":
            machine = machine_of(details, self.catalog.around.shapes)
            return container_serving(own, artifact, machine, self.catalog.around.tenancy_id, predict_log)
        if artifact is None:
            return None
        return CondaServing(artifact, dict(variables), self.catalog.around.tenancy_id, predict_log)

    def progress(self, deployment_id: str, generation: int, details: Details) -> Progress:
        """How far a generation is; asking for the first time begins to prepare it."""
        serving = self.serving(details)
        if serving is None:
            return Ready(None)
        key = (deployment_id, generation)
        if key not in self.preparations:
            self.preparations[key] = self.catalog.around.runtime.prepare(deployment_id, generation, serving)
        return self.preparations[key].poll()

    def url(self, deployment: Record) -> str | None:
        """Where the serving generation answers; None while it does not."""
        generation = deployment.own.get("serving")
        if generation is None:
            return None
        if (deployment.id, generation) not in self.preparations:
            self.progress(deployment.id, generation, deployment.own.get("serving_details") or deployment.seen)
        return self.catalog.around.runtime.server_url(deployment.id, generation)

    def stop(self, deployment_id: str, generation: int | None) -> None:
        """Ends a generation, whether there is one or not."""
        if generation is not None:
            self.preparations.pop((deployment_id, generation), None)
            self.catalog.around.runtime.stop(deployment_id, generation)
