"""A registry of container images on this machine that asks for a password."""
