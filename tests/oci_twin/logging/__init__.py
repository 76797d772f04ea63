"""Logging: log groups, logs, and the search of their lines."""
