"""What the bodies of requests may hold, as the classes of the OCI SDK declare it."""
