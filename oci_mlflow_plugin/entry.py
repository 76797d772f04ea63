"""What MLflow loads for the target ``oci-datascience``: a client class and two functions, and nothing else.

MLflow inspects every name of this module and refuses it when it sees more than one client class.
"""

from __future__ import annotations

from oci_mlflow_plugin.client import OciDataScienceDeploymentClient
from oci_mlflow_plugin.help import target_help
from oci_mlflow_plugin.run_local import run_local

__all__ = ["OciDataScienceDeploymentClient", "run_local", "target_help"]
