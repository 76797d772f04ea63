"""Environments made in a container that resembles the service, from a lock."""
