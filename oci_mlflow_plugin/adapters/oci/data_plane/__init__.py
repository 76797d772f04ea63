"""Calling deployments where they answer."""
