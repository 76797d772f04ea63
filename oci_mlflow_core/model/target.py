"""The target URI: which region, profile, compartment and project a command is about."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import attrs

from oci_mlflow_core.errors import TargetError, nearest
from oci_mlflow_core.model.options import CommandOptions

SCHEME = "oci-datascience"
#: The region that is this machine.
LOCAL = "local"
_FORMS = (
    f"{SCHEME}://{LOCAL}, {SCHEME}, {SCHEME}:/PROFILE, {SCHEME}://REGION or {SCHEME}://REGION/PROFILE, "
    "each with an optional ?compartment-id=…&project-id=…"
)
_QUERY_KEYS = ("compartment-id", "project-id")


@attrs.frozen(kw_only=True)
class Target:
    """What the ``-t`` of MLflow's commands says; every part that it leaves out is None."""

    region: str | None = None
    profile: str | None = None
    compartment_id: str | None = None
    project_id: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether it is this machine."""
        return self.region == LOCAL

    @classmethod
    def parse(cls, target_uri: str) -> Target:
        """Reads a target URI.

        Raises:
            TargetError: It has a part that means nothing; the message says what was meant.
        """
        parts = urlsplit(target_uri)
        scheme, host, path = parts.scheme, parts.netloc, parts.path
        if not scheme:
            scheme, host, path = parts.path, "", ""
        if scheme != SCHEME:
            raise TargetError(target_uri, f"not a target of this plugin; expected {_FORMS}")
        if parts.fragment:
            raise TargetError(target_uri, f"'#{parts.fragment}' means nothing here; expected {_FORMS}")
        if scheme == parts.scheme and not host and path and not path.startswith("/"):
            meant = f"did you mean {SCHEME}://{LOCAL}?" if path.lower() == LOCAL else f"expected {_FORMS}"
            raise TargetError(target_uri, f"'{path}' has no slash before it; {meant}")
        segments = [segment for segment in path.split("/") if segment]
        if len(segments) > 1:
            raise TargetError(target_uri, f"'/{'/'.join(segments[1:])}' means nothing here; expected {_FORMS}")
        _refuse_misspelt_local(target_uri, host)
        profile = segments[0] if segments else None
        query = _query(target_uri, parts.query)
        if host == LOCAL and profile:
            raise TargetError(target_uri, f"'{LOCAL}' is this machine and has no profile; use {SCHEME}://{LOCAL}")
        return cls(
            region=host or None,
            profile=profile,
            compartment_id=query.get("compartment-id"),
            project_id=query.get("project-id"),
        )

    def __str__(self) -> str:
        place = f"//{self.region}" if self.region else ""
        profile = f"/{self.profile}" if self.profile else ""
        return f"{SCHEME}:{place}{profile}" if place or profile else SCHEME


def _refuse_misspelt_local(target_uri: str, host: str) -> None:
    """Every region of OCI has a hyphen in its name; a word without one that is nearly this machine is meant so."""
    if host != LOCAL and "-" not in host and nearest(host.lower(), (LOCAL,)):
        raise TargetError(target_uri, f"'{host}' is no region; did you mean '{LOCAL}'?")


def _query(target_uri: str, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name not in _QUERY_KEYS:
            near = nearest(name, _QUERY_KEYS)
            meant = f"did you mean '{near}'?" if near else f"known are {' and '.join(_QUERY_KEYS)}"
            raise TargetError(target_uri, f"unknown '{name}' after '?'; {meant}")
        if name in found:
            raise TargetError(target_uri, f"'{name}' is given twice after '?'")
        if not value:
            raise TargetError(target_uri, f"'{name}' after '?' has no value")
        found[name] = value
    return found


@attrs.frozen(kw_only=True)
class Session:
    """What every adapter is made for: a target, the folder where this machine's state is kept, and the options."""

    target: Target
    #: ``OCI_MLFLOW_HOME``, or the platform's folder for application data.
    home: Path
    options: CommandOptions = attrs.field(factory=CommandOptions)
    #: OCIDs that the deployment file names, which win over the target's; None where it names none, or none is read.
    compartment_id: str | None = None
    project_id: str | None = None
