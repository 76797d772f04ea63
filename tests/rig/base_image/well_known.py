"""Images under the names of well-known ones, for machines that reach no registry: Debian, with what is in those."""

from __future__ import annotations

import re

from rig.base_image.debian import import_debian
from rig.engine.found import docker

#: What images of models are made from unless somebody says otherwise: a small system with ``curl``.
SYSTEM = "container-registry.oracle.com/os/oraclelinux:9-slim"
_PATH = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: pip of the index trusts a bundle of its own unless it is told of the system's.
_BUNDLE = "ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt"
_PYTHON_IMAGE = "oci-mlflow-rig/python"
_SERVER_IMAGE = "oci-mlflow-rig/server"
_PYTHON = (
    # as in the image of that name: Python is called python, and pip may install
    'ln -s python3 "$1/usr/bin/python"',
    'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED',
)


def stand_in_for(name: str, host: str) -> str:
    """Makes sure that the engine has an image of that name, and returns the name.

    Args:
        name: `SYSTEM`, or ``python:<version>-slim``, which is always the Python of Debian.

    Raises:
        ImageError: It cannot be made.
    """
    if docker(host, "image", "inspect", name).returncode == 0:
        return name
    if re.fullmatch(r"python:[0-9.]+-slim", name) is None:
        import_debian(name, host, ["curl"], changes=[_PATH])
        return name
    docker(host, "tag", _python_image(host), name)
    return name


def _python_image(host: str) -> str:
    if docker(host, "image", "inspect", _PYTHON_IMAGE).returncode != 0:
        import_debian(_PYTHON_IMAGE, host, ["python3", "python3-pip"], hooks=_PYTHON, changes=[_PATH, _BUNDLE])
    return _PYTHON_IMAGE


def server_image(host: str, *, curl: bool = True) -> str:
    """The name of an image in the engine with Python and ``curl``, or Python alone; a server comes with the artifact.

    Raises:
        ImageError: It cannot be made.
    """
    if not curl:
        return _python_image(host)
    if docker(host, "image", "inspect", _SERVER_IMAGE).returncode != 0:
        import_debian(_SERVER_IMAGE, host, ["curl", "python3"], changes=[_PATH])
    return _SERVER_IMAGE
