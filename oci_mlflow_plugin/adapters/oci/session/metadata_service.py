"""Whether this machine is an instance of OCI: whether the metadata service of instances answers.

The SDK would wait for it for minutes on any other machine.
"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from oci_mlflow_core.errors import UnavailableError
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

#: Of the SDK; moves the metadata service.
_VARIABLE = "OCI_METADATA_BASE_URL"
#: https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm
_ADDRESSES = (("169.254.169.254", 80), ("fd00:c1::a9fe:a9fe", 80))
#: Seconds; it is on the same host.
_TIMEOUT = 2.0


def refuse_elsewhere(settings: Settings) -> None:
    """Nothing, where the metadata service answers.

    Raises:
        UnavailableError: It does not.
    """
    moved = settings.get(_VARIABLE)
    addresses = _ADDRESSES if moved is None else (_address(moved),)
    if any(_connects(address) for address in addresses):
        return
    host, port = addresses[0]
    named = f"{host}:{port} ({_VARIABLE})" if moved else host
    raise UnavailableError(
        f"there is no instance principal here: the metadata service {named} does not answer",
        "Instance principals exist on compute instances of OCI alone.",
    )


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80


def _connects(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=_TIMEOUT).close()
    except OSError:
        return False
    return True
