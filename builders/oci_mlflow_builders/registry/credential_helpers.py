"""Programs that keep the logins of registries: ``docker-credential-<name>``."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping

from oci_mlflow_core.errors import RegistryRefusedError

#: Seconds that a helper may take; one may ask its user to unlock a keychain.
_PATIENCE = 60
#: What helpers say where they have nothing for a registry (docker-credential-helpers, ``credentials/error.go``).
_NOTHING = "credentials not found"


def asked_helper(helper: str, server: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The user and password that the helper has for the server, or None where it has none.

    Raises:
        RegistryRefusedError: It is not installed, fails, or does not answer; what it printed is not told, because it
            may be a password.
    """
    program = f"docker-credential-{helper}"
    path = shutil.which(program, path=environ.get("PATH"))
    if path is None:
        raise _failed(program, "is not on PATH")
    try:
        finished = subprocess.run(
            [path, "get"],
            input=server,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
            env=dict(environ),
        )
    except subprocess.TimeoutExpired:
        raise _failed(program, f"did not answer within {_PATIENCE} s") from None
    except OSError as fault:
        raise _failed(program, f"cannot be run: {fault.strerror}") from None
    if finished.returncode:
        if _NOTHING in f"{finished.stdout}{finished.stderr}".lower():
            return None
        raise _failed(program, f"failed with status {finished.returncode}")
    try:
        answer = json.loads(finished.stdout)
        return str(answer["Username"]), str(answer["Secret"])
    except (ValueError, KeyError, TypeError):
        raise _failed(program, "gave no user and secret") from None


def _failed(program: str, what: str) -> RegistryRefusedError:
    return RegistryRefusedError(
        f"the credential helper {program}, which Docker's config.json names, {what}",
        "Repair it, or log in with the variables OCI_MLFLOW_REGISTRY_USERNAME and OCI_MLFLOW_REGISTRY_PASSWORD.",
    )
