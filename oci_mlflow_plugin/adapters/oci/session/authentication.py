"""Who calls OCI: the first way to authenticate that is asked for, or that this environment has. Imports ``oci`` late.

What somebody asked for is taken or refused, never replaced by another identity.
"""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError, listing
from oci_mlflow_core.ports.clock import Clock
from oci_mlflow_plugin.adapters.oci.session.credentials import Credentials
from oci_mlflow_plugin.adapters.oci.session.kinds import Kind, kind_named
from oci_mlflow_plugin.adapters.oci.session.principal_variables import VERSION
from oci_mlflow_plugin.adapters.oci.session.profile import Place, Profile, place_of, read_profile
from oci_mlflow_plugin.adapters.oci.session.settings import AUTH, CONFIG_FILE, PROFILE, Settings

#: ADS's and oci-mlflow's, ocifs's, the command line's.
_OTHERS = ("OCI_IAM_TYPE", "OCIFS_IAM_TYPE", "OCI_CLI_AUTH")
_HINT = "The how-to on authentication shows every way; 'oci setup config' makes a profile with an API key."


@attrs.frozen(kw_only=True)
class Choice:
    """A kind of authentication, and what chose it."""

    #: None for what the profile says.
    kind: Kind | None
    #: A variable or "the target"; empty where nothing was said and the profile is what is left.
    source: str


def choice(from_target: str | None, settings: Settings) -> Choice:
    """What is asked for.

    In this order: ``OCI_MLFLOW_AUTH``; a profile, by the target or by our variables; what other tools' variables say; a
    resource principal where its variables are set; the profile.

    Raises:
        InvalidRequestError: A variable names no kind, or a kind that has no profile together with a target's profile.
    """
    own = settings.get(AUTH)
    if own is not None:
        kind = kind_named(own, AUTH)
        if from_target and not (kind.needs_profile or kind is Kind.DELEGATION_TOKEN):
            raise InvalidRequestError(
                f"the target names the profile '{from_target}', and {AUTH} says {kind}, which has no profile",
                f"Leave out one of them: the profile in the target, or {AUTH}.",
            )
        return Choice(kind=kind, source=AUTH)
    named = "the target" if from_target else next(iter(settings.first(PROFILE, CONFIG_FILE) or ()), None)
    if named:
        return Choice(kind=None, source=named)
    other = settings.first(*_OTHERS)
    if other is not None:
        return Choice(kind=kind_named(other[1], other[0]), source=other[0])
    if settings.get(VERSION) is not None:
        return Choice(kind=Kind.RESOURCE_PRINCIPAL, source=VERSION)
    return Choice(kind=None, source="")


def authenticated(from_target: str | None, settings: Settings, clock: Clock) -> Credentials:
    """The caller's credentials.

    Args:
        from_target: The profile that the target names.
        settings: The environment.
        clock: Waits, and tells whether tokens have expired.

    Raises:
        InvalidRequestError: What was asked for is not complete, or nothing was asked for and nothing is there; says
            what is missing.
        DeploymentError: A service that gives tokens refused or did not answer.
    """
    chosen = choice(from_target, settings)
    place = place_of(from_target, settings)
    if chosen.kind is None and not chosen.source and not place.file_said_by and not place.file.exists():
        raise _nothing(place)
    try:
        return _by_kind(chosen, place, settings, clock)
    except InvalidRequestError as fault:
        if chosen.kind is None or not chosen.source:
            raise
        raise InvalidRequestError(f"{fault.reason} ({chosen.source} asks for {chosen.kind})", fault.hint) from fault


def _by_kind(chosen: Choice, place: Place, settings: Settings, clock: Clock) -> Credentials:
    if chosen.kind is None or chosen.kind.needs_profile:
        return _from_profile(chosen.kind, read_profile(place), settings, clock)
    return (
        _principal(chosen.kind, None, settings, clock)
        if chosen.kind is not Kind.DELEGATION_TOKEN
        else _delegated(place, settings, clock)
    )


def _from_profile(kind: Kind | None, profile: Profile, settings: Settings, clock: Clock) -> Credentials:
    kind = kind or _kind_of(profile)
    if kind is Kind.API_KEY:
        from oci_mlflow_plugin.adapters.oci.session.api_key import api_key  # noqa: PLC0415 - when chosen

        return api_key(profile, settings)
    if kind is Kind.SECURITY_TOKEN:
        from oci_mlflow_plugin.adapters.oci.session.session_token import session_token  # noqa: PLC0415 - when chosen

        return session_token(profile, settings, clock)
    return _principal(kind, profile, settings, clock)


def _kind_of(profile: Profile) -> Kind:
    """What the profile is for: ``authentication_type`` where it says, a token where it names its file, else a key."""
    said = profile.get("authentication_type")
    if said is not None:
        kind = kind_named(said, f"authentication_type in {profile.place}")
        # Cloud Shell's configuration says so
        delegated = kind is Kind.INSTANCE_PRINCIPAL and profile.get("delegation_token_file")
        return Kind.DELEGATION_TOKEN if delegated else kind
    return Kind.SECURITY_TOKEN if profile.get("security_token_file") else Kind.API_KEY


def _delegated(place: Place, settings: Settings, clock: Clock) -> Credentials:
    """The token's file stands in a variable or in the profile."""
    from oci_mlflow_plugin.adapters.oci.session.delegation import VARIABLE  # noqa: PLC0415 - when chosen

    profile = None if settings.get(VARIABLE) and not place.file.exists() else read_profile(place)
    return _principal(Kind.DELEGATION_TOKEN, profile, settings, clock)


def _principal(kind: Kind, profile: Profile | None, settings: Settings, clock: Clock) -> Credentials:
    from oci_mlflow_plugin.adapters.oci.session import delegation, principals  # noqa: PLC0415 - when chosen

    region = profile.get("region") if profile else None
    if kind is Kind.DELEGATION_TOKEN:
        file = profile.get(delegation.KEY) if profile else None
        return delegation.delegation_token(file, region, settings, clock)
    make = {
        Kind.RESOURCE_PRINCIPAL: principals.resource_principal,
        Kind.INSTANCE_PRINCIPAL: principals.instance_principal,
        Kind.OKE_WORKLOAD_IDENTITY: principals.oke_workload_identity,
    }[kind]
    found = make(settings, clock)
    return attrs.evolve(found, region=region or found.region)


def _nothing(place: Place) -> InvalidRequestError:
    tried = [
        f"{', '.join((AUTH, *_OTHERS))}: none is set",
        f"resource principal: {VERSION} is not set",
        f"{place}: there is no such file",
    ]
    return InvalidRequestError(listing("nothing here says who calls OCI:", tried), _HINT)
