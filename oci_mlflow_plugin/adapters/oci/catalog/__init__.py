"""The model catalog of OCI Data Science."""
