"""What the use cases need from the outside, as protocols; each module is one port with its promises numbered.

Adapters name the protocol as their base class, take and return the values of `oci_mlflow_core.model`, and raise the
errors of `oci_mlflow_core.errors`. The contract tests of `oci_mlflow_core.testing` carry the same numbers.
"""
