"""What authentication ends with."""

from __future__ import annotations

from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Credentials:
    """A signer, and what is known about the caller."""

    #: As ``OCI_MLFLOW_AUTH`` calls it, such as ``api_key``.
    kind: str
    #: In words, such as ``the profile DEFAULT of /home/me/.oci/config (API key)``.
    told: str
    #: Of the SDK; signs the requests of its clients.
    signer: Any = attrs.field(repr=False)
    #: What the SDK's clients check besides the signer: OCIDs and fingerprint of an API key, nothing for other kinds.
    identity: dict[str, str] = attrs.field(factory=dict, repr=False)
    #: Full name or short key; None where the credentials do not say.
    region: str | None = None
    #: OCID; None where it is not known.
    tenancy_id: str | None = None

    @property
    def data_plane_auth(self) -> Any:  # noqa: ANN401 - the SDK has no types
        """An ``auth=`` for ``requests``, which renews a token in time, as the SDK's clients do themselves."""
        return _Fresh(self.signer)


@attrs.frozen
class _Fresh:
    """Signs with a token that is still good; `requests` takes any callable."""

    signer: Any

    def __call__(self, request: Any) -> Any:  # noqa: ANN401 - of `requests`, whose copy in the SDK has types of its own
        renew = getattr(self.signer, "get_security_token", None)
        if renew is not None:
            renew()
        return self.signer(request)
