"""The outside world, one technology a module, each behind a port of `oci_mlflow_core.ports`."""
