"""A twin of the OCI services that deployments need, over HTTP on loopback, for the unmodified ``oci`` SDK."""
