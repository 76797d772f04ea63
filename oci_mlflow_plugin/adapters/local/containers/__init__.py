"""Deployments as containers of the user's own engine: Docker's, or podman's through its socket."""
