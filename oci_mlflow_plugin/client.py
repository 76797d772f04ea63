"""The deployment client that MLflow's command line, notebooks and agents drive.

Source: mlflow.deployments.base.BaseDeploymentClient, and what mlflow.deployments.cli makes of the results.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlflow.deployments import BaseDeploymentClient

from oci_mlflow_core.model.target import Target
from oci_mlflow_plugin import argument_types
from oci_mlflow_plugin.errors import leaving_as_mlflow_errors
from oci_mlflow_plugin.same_target import tell_once

if TYPE_CHECKING:
    from mlflow.deployments import PredictionsResponse

    from oci_mlflow_plugin.options import ParsedOptions
    from oci_mlflow_plugin.results import DeploymentTable


class OciDataScienceDeploymentClient(BaseDeploymentClient):
    """Deploys MLflow models to OCI Data Science, or with ``oci-datascience://local`` on this machine.

    Every method raises `oci_mlflow_plugin.errors.OciMlflowError`, an `mlflow.exceptions.MlflowException` whose
    ``error_code`` says what kind of error it is.
    """

    def __init__(self, target_uri: str) -> None:
        super().__init__(target_uri)  # type: ignore[no-untyped-call]
        with leaving_as_mlflow_errors():
            self.target = Target.parse(target_uri)
        tell_once()

    def create_deployment(
        self,
        name: str,
        model_uri: str | os.PathLike[str],
        flavor: str | None = None,
        config: Mapping[str, Any] | None = None,
        endpoint: str | None = None,
    ) -> dict[str, Any]:
        """Brings a model into service and returns when it answers.

        Args:
            name: Display name of the deployment; nobody else's.
            model_uri: Any model URI of MLflow, or a path; an alias or stage is resolved once, now.
            flavor: ``python_function`` or None; models are served through nothing else.
            config: The options of ``-C``, as text or as typed values; see ``mlflow deployments help``.
            endpoint: None; the target has no endpoints apart from deployments.

        Returns:
            The deployment: ``name``, ``id`` (OCID), ``url``, ``state``, ``flavor``, ``model_uri`` and more.
        """
        from oci_mlflow_plugin import verbs  # noqa: PLC0415 (what is heavy is imported when it is used)

        with leaving_as_mlflow_errors():
            verbs.refuse_endpoint(endpoint)
            verbs.refuse_flavor(flavor)
            return verbs.create(
                self.target,
                argument_types.name(name),
                argument_types.model_uri(model_uri),
                self._options("create", config),
            )

    def update_deployment(
        self,
        name: str,
        model_uri: str | os.PathLike[str] | None = None,
        flavor: str | None = None,
        config: Mapping[str, Any] | None = None,
        endpoint: str | None = None,
    ) -> dict[str, Any]:
        """Changes the settings that the deployment file mentions, the model, or both; the URL stays.

        Args:
            name: Display name or OCID of the deployment.
            model_uri: The model to serve from now on; None leaves the one that is served.
            flavor: ``python_function`` or None.
            config: The options of ``-C``.
            endpoint: None.

        Returns:
            The deployment, as from `create_deployment`.
        """
        from oci_mlflow_plugin import verbs  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            verbs.refuse_endpoint(endpoint)
            verbs.refuse_flavor(flavor)
            model = None if model_uri is None else argument_types.model_uri(model_uri)
            return verbs.update(self.target, argument_types.name(name), model, self._options("update", config))

    def delete_deployment(
        self, name: str, config: Mapping[str, Any] | None = None, endpoint: str | None = None
    ) -> None:
        """Removes the deployment and the catalog model that was made for it; removing what is not there is no error.

        Args:
            name: Display name or OCID of the deployment.
            config: The options of ``-C``.
            endpoint: None.
        """
        from oci_mlflow_plugin import verbs  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            verbs.refuse_endpoint(endpoint)
            verbs.delete(self.target, argument_types.name(name), self._options("delete", config))

    def list_deployments(self, endpoint: str | None = None) -> DeploymentTable:
        """All deployments of the target, newest first: a list of dicts whose text is a table."""
        from oci_mlflow_plugin import verbs  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            verbs.refuse_endpoint(endpoint)
            return verbs.listed(self.target)

    def get_deployment(self, name: str, endpoint: str | None = None) -> dict[str, Any]:
        """The deployment of that display name or OCID, as it is now."""
        from oci_mlflow_plugin import verbs  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            verbs.refuse_endpoint(endpoint)
            return verbs.get(self.target, argument_types.name(name))

    def activate_deployment(self, name: str, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Lets an inactive deployment serve again, at the same URL; ``oci-mlflow activate`` does the same.

        Args:
            name: Display name or OCID of the deployment.
            config: The options ``wait`` and ``timeout``.

        Returns:
            The deployment, as from `create_deployment`.
        """
        from oci_mlflow_plugin import operations  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            return operations.activate(self.target, argument_types.name(name), self._options("activate", config))

    def deactivate_deployment(self, name: str, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ends the instances of a deployment and what they cost; its OCID and URL stay.

        Args:
            name: Display name or OCID of the deployment.
            config: The options ``wait`` and ``timeout``.

        Returns:
            The deployment, as from `create_deployment`.
        """
        from oci_mlflow_plugin import operations  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            return operations.deactivate(self.target, argument_types.name(name), self._options("deactivate", config))

    def get_logs(
        self, name: str, log: str = "both", since: float = 3600.0, tail: int | None = None
    ) -> list[dict[str, str]]:
        """What a deployment logged, oldest first; ``oci-mlflow logs`` prints the same.

        Args:
            name: Display name or OCID of the deployment.
            log: ``predict``, ``access`` or ``both``.
            since: Seconds to look back.
            tail: The last lines only.

        Returns:
            For each line ``time`` (RFC 3339, UTC), ``log`` and ``text``.
        """
        from oci_mlflow_plugin import operations  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            return operations.log_dicts(self.target, argument_types.name(name), log, since, tail)

    def list_shapes(self) -> list[dict[str, Any]]:
        """The compute shapes that the region offers: ``name``, ``core_count``, ``memory_in_gbs``, ``series``."""
        from oci_mlflow_plugin import operations  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            return operations.shape_dicts(self.target)

    def diagnose(
        self, config: Mapping[str, Any] | None = None, model_uri: str | os.PathLike[str] | None = None
    ) -> list[dict[str, str]]:
        """Whether a deployment would find what it needs; reads only. ``oci-mlflow doctor`` prints the same.

        Args:
            config: The options of a create, such as ``deploy-config-file``.
            model_uri: The model that is to be deployed.

        Returns:
            For each thing ``subject``, ``outcome`` (passed, failed, noted, skipped), ``told`` and ``remedy``.
        """
        from oci_mlflow_plugin import operations  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            model = None if model_uri is None else argument_types.model_uri(model_uri)
            return operations.finding_dicts(self.target, self._options("doctor", config), model)

    def predict(
        self,
        deployment_name: str | None = None,
        inputs: Any = None,  # noqa: ANN401
        endpoint: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> PredictionsResponse:
        """Asks a deployment for predictions.

        Args:
            deployment_name: Display name, OCID or URL of the deployment.
            inputs: A DataFrame, Series, array, dict of arrays, list, JSON text, or a payload of MLflow's scoring
                protocol as a dict; a DataFrame that MLflow's command line made of a file is turned back first.
            endpoint: The same as `deployment_name`, for ``mlflow deployments predict --endpoint``.
            params: Parameters of the model's signature.

        Returns:
            A response of plain JSON types; NaN comes back as None.
        """
        from oci_mlflow_plugin import verbs  # noqa: PLC0415

        with leaving_as_mlflow_errors():
            name = verbs.one_name(deployment_name, endpoint)
            return verbs.predict(
                self.target, argument_types.name(name), inputs, argument_types.mapping("params", params)
            )

    def _options(self, verb: str, config: Mapping[str, Any] | None) -> ParsedOptions:
        from oci_mlflow_plugin.options import parse_options  # noqa: PLC0415

        return parse_options(verb, argument_types.mapping("config", config))
