"""Profiles of the OCI configuration file.

The SDK's own reader heeds ``OCI_CONFIG_FILE`` only where ``~/.oci/config`` does not exist, and no variable for the
profile; this one heeds what users set.
"""

from __future__ import annotations

import configparser
from pathlib import Path

import attrs

from oci_mlflow_core.errors import InvalidRequestError, nearest
from oci_mlflow_plugin.adapters.oci.session.settings import CONFIG_FILE, PROFILE, Settings

DEFAULT = "DEFAULT"
_DEFAULT_FILE = "~/.oci/config"
#: Ours, the SDK's, ADS's, ocifs's, the command line's.
_FILE_VARIABLES = (
    CONFIG_FILE,
    "OCI_CONFIG_FILE",
    "OCI_CONFIG_LOCATION",
    "OCIFS_CONFIG_LOCATION",
    "OCI_CLI_CONFIG_FILE",
)
#: Ours, ADS's, ocifs's, the command line's.
_PROFILE_VARIABLES = (PROFILE, "OCI_CONFIG_PROFILE", "OCIFS_CONFIG_PROFILE", "OCI_CLI_PROFILE")
_SETUP = "'oci setup config' writes one; OCI_MLFLOW_CONFIG_FILE or OCI_CONFIG_FILE names one that lies elsewhere."


@attrs.frozen(kw_only=True)
class Place:
    """Which profile of which file; neither need exist."""

    file: Path
    #: What named the file: a variable, or nothing for the default.
    file_said_by: str = ""
    profile: str = DEFAULT
    #: What named the profile: a variable, "the target", or nothing for the default.
    profile_said_by: str = ""

    def __str__(self) -> str:
        return f"the profile {self.profile} of {self.file}"


@attrs.frozen(kw_only=True)
class Profile:
    """The keys of one profile, those of ``[DEFAULT]`` included, as OCI's own tools read them."""

    place: Place
    keys: dict[str, str] = attrs.field(repr=False)

    def get(self, key: str) -> str | None:
        """The key's value without blanks around it, or None where it is absent or empty."""
        return self.keys.get(key, "").strip() or None

    def required(self, *keys: str) -> tuple[str, ...]:
        """The keys' values.

        Raises:
            InvalidRequestError: Some are absent or empty; names all of them.
        """
        missing = [key for key in keys if self.get(key) is None]
        if missing:
            named = " and ".join([", ".join(missing[:-1]), missing[-1]]) if len(missing) > 1 else missing[0]
            raise InvalidRequestError(f"{self.place} has no {named}")
        return tuple(self.get(key) or "" for key in keys)


def place_of(from_target: str | None, settings: Settings) -> Place:
    """Where the profile is looked for."""
    file = settings.first(*_FILE_VARIABLES)
    profile = ("the target", from_target) if from_target else settings.first(*_PROFILE_VARIABLES)
    return Place(
        file=settings.expanded(file[1] if file else _DEFAULT_FILE),
        file_said_by=file[0] if file else "",
        profile=profile[1] if profile else DEFAULT,
        profile_said_by=profile[0] if profile else "",
    )


def read_profile(place: Place) -> Profile:
    """The profile.

    Raises:
        InvalidRequestError: There is no such file, it cannot be read, or it has no such profile.
    """
    said_by = f" ({place.file_said_by})" if place.file_said_by else ""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with place.file.open(encoding="utf-8") as file:
            parser.read_file(file)
    except (FileNotFoundError, NotADirectoryError):
        raise InvalidRequestError(f"there is no OCI configuration file {place.file}{said_by}", _SETUP) from None
    except OSError as fault:
        raise InvalidRequestError(f"{place.file}{said_by} cannot be read: {fault.strerror}") from fault
    except (configparser.Error, UnicodeDecodeError) as fault:
        line = getattr(fault, "lineno", None) or next((at for at, _ in getattr(fault, "errors", [])), None)
        where = f", line {line}" if line else ""
        # what is written there may be a pass phrase
        raise InvalidRequestError(f"{place.file}{said_by} is no OCI configuration file{where}") from None
    if place.profile not in parser:
        raise _unknown(place, [DEFAULT, *parser.sections()] if parser.defaults() else parser.sections())
    return Profile(place=place, keys=dict(parser[place.profile]))


def _unknown(place: Place, known: list[str]) -> InvalidRequestError:
    near = nearest(place.profile, known)
    meant = f"Did you mean '{near}'? " if near else ""
    said_by = f", which {place.profile_said_by} names" if place.profile_said_by else ""
    return InvalidRequestError(
        f"{place.file} has no profile '{place.profile}'{said_by}",
        f"{meant}It has {', '.join(known) or 'no profile at all'}.",
    )
