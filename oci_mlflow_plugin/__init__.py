"""The MLflow deployment plugin for OCI Data Science: wires `oci_mlflow_core` into MLflow, shells and notebooks."""
