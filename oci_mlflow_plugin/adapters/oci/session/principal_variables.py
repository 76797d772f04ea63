"""The variables by which resources and pods find their identity, checked before the SDK reads them.

Names and versions are those of ``oci.auth.signers.resource_principals_signer``.
"""

from __future__ import annotations

from pathlib import Path

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

PREFIX = "OCI_RESOURCE_PRINCIPAL_"
VERSION = f"{PREFIX}VERSION"
REGION = f"{PREFIX}REGION"
_LEAF = "_FOR_LEAF_RESOURCE"
_PARENT = "_FOR_PARENT_RESOURCE"

_NEEDS: dict[str, tuple[str, ...]] = {
    "1.1": ("RPT_ENDPOINT",),
    "2.1": ("RPT_ENDPOINT", "RPST_ENDPOINT", "RESOURCE_ID", "PRIVATE_PEM"),
    "2.1.1": ("RPT_ENDPOINT", "RPST_ENDPOINT", "RESOURCE_ID", "TENANCY_ID", "PRIVATE_PEM"),
    # the SDK fails without a security context, which it means to be optional
    "2.1.2": ("RPT_ENDPOINT", "RPST_ENDPOINT", "RESOURCE_ID", "TENANCY_ID", "PRIVATE_PEM", "SECURITY_CONTEXT"),
    "2.2": ("RPST", "PRIVATE_PEM", "REGION"),
}
#: A resource within a resource.
_NESTED = "3.0"
_NESTED_NEEDS = (f"RPT_URL{_PARENT}", f"RPST_ENDPOINT{_PARENT}")
#: They may hold a value, or the absolute path of a file with it.
_FILES = ("RPST", "PRIVATE_PEM", "PRIVATE_PEM_PASSPHRASE")

_CERTIFICATE = "OCI_KUBERNETES_SERVICE_ACCOUNT_CERT_PATH"
_DEFAULT_CERTIFICATE = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"


def refuse_incomplete(settings: Settings) -> None:
    """Nothing, where the variables of a resource principal are complete.

    Raises:
        InvalidRequestError: Some are missing, the version is not known, or a file that they name is not there.
    """
    version = settings.get(VERSION)
    if version is None:
        raise InvalidRequestError(
            f"there is no resource principal here: {VERSION} is not set",
            "Notebook sessions, job runs, functions and deployments of OCI set it.",
        )
    needs = _needs(version, settings)
    missing = [f"{PREFIX}{name}" for name in needs if settings.get(f"{PREFIX}{name}") is None]
    if missing:
        raise InvalidRequestError(f"the resource principal (version {version}) lacks {', '.join(missing)}")
    for name in _FILES:
        _refuse_absent_file(f"{PREFIX}{name}", settings)
    key, phrase = settings.get(f"{PREFIX}PRIVATE_PEM") or "", f"{PREFIX}PRIVATE_PEM_PASSPHRASE"
    if key.startswith("/") and settings.get(phrase):
        raise InvalidRequestError(
            f"{phrase} is set and the key lies in the file {key}: the oci SDK reads pass phrases only of keys that the "
            f"variable {PREFIX}PRIVATE_PEM itself holds"
        )


def _needs(version: str, settings: Settings) -> tuple[str, ...]:
    if version in _NEEDS:
        return _NEEDS[version]
    leaf = settings.get(f"{VERSION}{_LEAF}")
    if version == _NESTED and leaf in _NEEDS:
        return (*(f"{name}{_LEAF}" for name in _NEEDS[leaf]), *_NESTED_NEEDS)
    name, value, known = (
        (f"{VERSION}{_LEAF}", leaf, [*_NEEDS]) if version == _NESTED else (VERSION, version, [*_NEEDS, _NESTED])
    )
    raise InvalidRequestError(
        f"{name} is '{value or ''}', which is no version that the oci SDK knows", f"It knows {', '.join(known)}."
    )


def _refuse_absent_file(variable: str, settings: Settings) -> None:
    value = settings.get(variable)
    if value and value.startswith("/") and not Path(value).is_file():
        raise InvalidRequestError(f"{variable} names {value}, which is no file")


def refuse_incomplete_pod(settings: Settings) -> None:
    """Nothing, where a pod has what workload identity needs.

    Raises:
        InvalidRequestError: This is no such pod.
    """
    if settings.get("KUBERNETES_SERVICE_HOST") is None:
        raise InvalidRequestError(
            "there is no workload identity here: KUBERNETES_SERVICE_HOST is not set, so this is no pod"
        )
    certificate = settings.path(_CERTIFICATE) or Path(_DEFAULT_CERTIFICATE)
    if not certificate.is_file():
        raise InvalidRequestError(
            f"there is no workload identity here: the service account's certificate {certificate} is no file",
            f"{_CERTIFICATE} names one that lies elsewhere.",
        )
