"""Values, planning and use cases of the MLflow deployment plugin for OCI Data Science, with no I/O of their own.

The way in is `oci_mlflow_core.usecases`; what an adapter has to promise stands in `oci_mlflow_core.ports`, how it
is registered in `oci_mlflow_core.hookspecs`, and how its author proves it in `oci_mlflow_core.testing`.
"""
