"""Looking at OCI without changing anything: shapes, logs, and what a deployment would need."""
