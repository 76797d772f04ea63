"""API keys: a user, and a key that OCI knows by its fingerprint. Imports ``oci`` when asked."""

from __future__ import annotations

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.credentials import Credentials
from oci_mlflow_plugin.adapters.oci.session.keys import private_key
from oci_mlflow_plugin.adapters.oci.session.kinds import Kind
from oci_mlflow_plugin.adapters.oci.session.profile import Profile
from oci_mlflow_plugin.adapters.oci.session.settings import Settings


def api_key(profile: Profile, settings: Settings) -> Credentials:
    """The credentials of a profile with an API key.

    Raises:
        InvalidRequestError: The profile lacks a key, one is malformed, or the key file cannot be used.
    """
    from oci.config import PATTERNS  # noqa: PLC0415 - when chosen
    from oci.signer import Signer  # noqa: PLC0415

    user, tenancy, fingerprint, key_file = profile.required("user", "tenancy", "fingerprint", "key_file")
    identity = {"user": user, "tenancy": tenancy, "fingerprint": fingerprint, "key_file": key_file}
    for key, value in identity.items():
        if key in PATTERNS and not PATTERNS[key].match(value):
            form = "16 pairs of lower-case hexadecimal digits with ':' between" if key == "fingerprint" else "an OCID"
            raise InvalidRequestError(f"{profile.place}: {key} is not {form}: '{value}'")
    read = private_key(settings.expanded(key_file), profile.get("pass_phrase"), str(profile.place), settings)
    return Credentials(
        kind=Kind.API_KEY,
        told=f"{profile.place} (API key)",
        signer=Signer(tenancy, user, fingerprint, None, read.pass_phrase, read.content),
        identity=identity,
        region=profile.get("region"),
        tenancy_id=tenancy,
    )
