"""Registries of container images, asked by their own protocol."""
