"""Limits: how much of what Data Science offers is left."""
