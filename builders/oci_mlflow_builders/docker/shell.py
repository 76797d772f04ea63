"""The variables of a build as a file for the shell: unlike those of a container, no engine shows them to others."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from oci_mlflow_builders.docker.names import HOME
from oci_mlflow_builders.docker.pip_sources import PipSources

CERTIFICATES = HOME / "certificates.pem"
_VARIABLES: Mapping[str, str] = {
    "HOME": str(HOME / "home"),
    "CONDA_ALWAYS_YES": "true",
    "CONDA_NOTIFY_OUTDATED_CONDA": "false",
    "CONDA_NUMBER_CHANNEL_NOTICES": "0",
    "CONDA_PKGS_DIRS": str(HOME / "pkgs"),
    "CONDA_REGISTER_ENVS": "false",
    "CONDA_REPORT_ERRORS": "false",
    "MAMBA_NO_RC": "true",
    "MAMBA_ROOT_PREFIX": str(HOME / "root"),
    "PIP_CONFIG_FILE": "/dev/null",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_CACHE_DIR": "1",
    "PIP_NO_INPUT": "1",
    "PIP_NO_WARN_SCRIPT_LOCATION": "1",
    "PIP_PROGRESS_BAR": "off",
    "PIP_ROOT_USER_ACTION": "ignore",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
    # what is built from source has the same bytes every time, where its build backend keeps to that
    "SOURCE_DATE_EPOCH": "315532800",
}
_OF_CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO")


def variables_file(sources: PipSources, *, offline: bool) -> bytes:
    """Shell text that exports them."""
    lines = (f"export {name}={shlex.quote(value)}" for name, value in _variables(sources, offline=offline))
    return "".join(f"{line}\n" for line in lines).encode()


def _variables(sources: PipSources, *, offline: bool) -> Iterator[tuple[str, str]]:
    yield from _VARIABLES.items()
    if offline:
        return
    if sources.certificates is not None:
        yield from ((name, str(CERTIFICATES)) for name in _OF_CERTIFICATES)
    for name, value in sources.proxies.items():
        yield name, value
        yield name.lower(), value
