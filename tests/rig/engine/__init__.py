"""A container engine for tests: the one that is here, or a dockerd of its own below a folder.

Source: man page of dockerd; `docker info` of Docker 20.10 and later.
"""
