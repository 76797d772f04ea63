"""Model deployments of OCI Data Science, from create to delete."""
