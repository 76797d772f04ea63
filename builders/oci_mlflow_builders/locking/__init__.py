"""Deciding everything that an environment of conda and pip packages will hold, before anything is downloaded."""
