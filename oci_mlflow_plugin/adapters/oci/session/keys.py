"""Private keys in files. Imports ``oci`` when asked."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

#: Of OCI's command line; where keys are mounted with rights that cannot be changed.
_LENIENT = "OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING"


@attrs.frozen(repr=False)
class PrivateKey:
    """A key that was read; it never leaves the process."""

    #: PEM, as the file holds it.
    content: bytes
    pass_phrase: bytes | None
    #: Of the package cryptography.
    key: Any


def private_key(file: Path, pass_phrase: str | None, whose: str, settings: Settings) -> PrivateKey:
    """The key in a PEM file.

    Args:
        file: Of the key.
        pass_phrase: None for a key without one.
        whose: What names the file, for messages.
        settings: The environment.

    Raises:
        InvalidRequestError: There is no such file, everybody may read it, it is no private key, or the pass phrase is
            missing or wrong.
    """
    from oci.exceptions import InvalidPrivateKey, MissingPrivateKeyPassphrase  # noqa: PLC0415 - when a key is read
    from oci.signer import load_private_key  # noqa: PLC0415

    content = _content(file, whose, settings)
    secret = None if pass_phrase is None else pass_phrase.encode()
    try:
        return PrivateKey(content, secret, load_private_key(content, secret))
    except MissingPrivateKeyPassphrase:
        raise InvalidRequestError(
            f"the key {file} of {whose} needs a pass phrase", "Write it into the profile as pass_phrase."
        ) from None
    except (InvalidPrivateKey, ValueError, TypeError):
        # what was raised may hold the pass phrase or the key
        wrong = " or its pass phrase is wrong" if pass_phrase is not None else ""
        raise InvalidRequestError(f"the key {file} of {whose} is no private key in PEM form{wrong}") from None


def _content(file: Path, whose: str, settings: Settings) -> bytes:
    try:
        mode, content = file.stat().st_mode, file.read_bytes().strip()
    except OSError as fault:
        raise InvalidRequestError(f"the key {file} of {whose} cannot be read: {fault.strerror}") from None
    if os.name == "posix" and mode & stat.S_IROTH and (settings.get(_LENIENT) or "").lower() != "true":
        raise InvalidRequestError(
            f"the key {file} of {whose} can be read by every user of this machine",
            f"'chmod 600 {file}' mends it; {_LENIENT}=true accepts it.",
        )
    return content
