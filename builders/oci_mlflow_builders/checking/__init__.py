"""Looking at an environment before it is published: its files, its machine code, and whether the model works in it."""

from oci_mlflow_builders.checking.check import PrefixCheck

__all__ = ["PrefixCheck"]
