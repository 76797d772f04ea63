"""Deployment files that several tests use."""

from __future__ import annotations

CONTAINER = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: container
    spec:
      image: iad.ocir.io/team/fraud:1
      serverPort: 8080
      healthCheckPort: 8080
"""
