"""Whom a channel's server lets in."""

from __future__ import annotations

import base64
from typing import Protocol

import attrs


class Guard(Protocol):
    """Decides about one request."""

    def admitted(self, path: str, authorization: str | None) -> str | None:
        """The path below the folder that is served, or None for somebody who may not see it."""


@attrs.frozen
class Everybody(Guard):
    """No credentials are asked for."""

    def admitted(self, path: str, authorization: str | None) -> str | None:
        return path


@attrs.frozen
class BasicAuth(Guard):
    """A user and password, as in ``https://user:password@host/channel``."""

    user: str = "ann"
    password: str = attrs.field(default="hunter2-hunter2", repr=False)

    def admitted(self, path: str, authorization: str | None) -> str | None:
        expected = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return path if authorization == f"Basic {expected}" else None


@attrs.frozen
class BearerAuth(Guard):
    """A token in the header, as prefix.dev and Artifactory take it."""

    token: str = attrs.field(default="bearer-3f2a90cc", repr=False)

    def admitted(self, path: str, authorization: str | None) -> str | None:
        return path if authorization == f"Bearer {self.token}" else None


@attrs.frozen
class PathToken(Guard):
    """A token in the path, as anaconda.org takes it: ``https://host/t/<token>/channel``."""

    token: str = attrs.field(default="an-7c1b44de-0000", repr=False)

    def admitted(self, path: str, authorization: str | None) -> str | None:
        begin = f"/t/{self.token}"
        return path.removeprefix(begin) if path.startswith(f"{begin}/") else None
