"""Image registries: the OCI distribution protocol, who logs in how, and what images there say of themselves."""
