"""The Data Science control plane, put together."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from oci_twin.data_science import groups, projects
from oci_twin.data_science.deployments import endings
from oci_twin.data_science.deployments.checks import Checks
from oci_twin.data_science.deployments.generations import Generations
from oci_twin.data_science.deployments.looking import Answering, Looking
from oci_twin.data_science.deployments.operations import Deployments
from oci_twin.data_science.deployments.updating import Updating
from oci_twin.data_science.deployments.view import View
from oci_twin.data_science.groups import ModelGroups
from oci_twin.data_science.models import references, transfers, version_sets
from oci_twin.data_science.models.catalog import Catalog
from oci_twin.data_science.models.references import References
from oci_twin.data_science.models.transfers import Exports, Imports
from oci_twin.data_science.models.version_sets import VersionSets
from oci_twin.data_science.projects import Projects
from oci_twin.data_science.records import Records
from oci_twin.data_science.surroundings import Surroundings
from oci_twin.data_science.work_requests.office import WorkRequests
from oci_twin.data_science.work_requests.outcomes import Outcomes


@attrs.frozen
class DataScience:
    """The control plane of one twin; `oci_twin.data_science.operations` names its routes."""

    around: Surroundings
    work: WorkRequests
    catalog: Catalog
    projects: Projects
    version_sets: VersionSets
    groups: ModelGroups
    exports: Exports
    imports: Imports
    references: References
    generations: Generations
    deployments: Deployments
    updating: Updating
    looking: Looking

    @property
    def outcomes(self) -> Outcomes:
        """How the next work requests end."""
        return self.work.outcomes

    def begin(self, project_id: str, compartment_id: str, created_by: str) -> None:
        """Makes the project that a twin starts with, unless it is there."""
        if self.projects.records.find(project_id) is None:
            self.projects.add(project_id, compartment_id, created_by)

    def answering(self, deployment_id: str) -> Answering | None:
        """What the data plane needs to know of a deployment; call it under the twin's lock."""
        return self.looking.answering(deployment_id)

    def forget(self) -> None:
        """Ends what serves and forgets what this process knows beyond the state, which somebody else clears."""
        for deployment_id, generation in list(self.generations.preparations):
            self.generations.stop(deployment_id, generation)
        self.exports.copies.clear()
        self.outcomes.clear()


def data_science(around: Surroundings) -> DataScience:
    """The control plane in its surroundings."""
    work = WorkRequests(around.state, around.clock, around.durations)
    records = _records(around)
    catalog = Catalog(around, records("model"), records("model_deployment"), records("model_group"))
    project_records = records("project")
    sets = VersionSets(catalog, records("model_version_set"), project_records, work)
    owned = [catalog.records, catalog.deployments, catalog.groups, sets.records]
    generations = Generations(catalog)
    view = View(around)
    deployments = Deployments(around, catalog.deployments, project_records, Checks(catalog), work, view)
    made = DataScience(
        around=around,
        work=work,
        catalog=catalog,
        projects=Projects(around, project_records, work, owned),
        version_sets=sets,
        groups=ModelGroups(catalog, project_records, work),
        exports=Exports(catalog, work),
        imports=Imports(catalog, work),
        references=References(catalog, work),
        generations=generations,
        deployments=deployments,
        updating=Updating(deployments, generations),
        looking=Looking(catalog, work, view, generations),
    )
    _assign_jobs(made)
    return made


def _records(around: Surroundings) -> Callable[[str], Records]:
    return lambda kind: Records(f"data_science_{kind}", around.state, around.clock, around.behaviour)


def _assign_jobs(made: DataScience) -> None:
    made.work.jobs.update(endings.jobs(made.catalog.deployments, made.generations))
    made.work.jobs.update(
        {
            transfers.EXPORT: made.exports,
            transfers.IMPORT: made.imports,
            references.REGISTER: made.references,
            projects.DELETE: made.projects,
            groups.CREATE: made.groups,
            groups.DELETE: made.groups,
            version_sets.DELETE: made.version_sets,
        }
    )
