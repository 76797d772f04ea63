"""Undoing what Linux distributors change about where packages are installed and imported from.

Debian and Ubuntu import from ``dist-packages`` and install to ``/usr/local`` unless in a virtual environment, so that
pip and apt do not meet. In a pack there is no apt: packages go where CPython itself puts them, and the folder that
such a Python imports from (its ``site`` module may be frozen into the program) is a link to it.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

_DEBIAN_SCHEME = b"prefix_scheme = 'posix_local'"


def with_upstream_scheme(target: PurePosixPath, data: bytes) -> bytes:
    """The bytes of a standard library file, with the installation scheme of CPython itself."""
    if "sysconfig" in str(target) and _DEBIAN_SCHEME in data:
        return data.replace(_DEBIAN_SCHEME, b"prefix_scheme = 'posix_prefix'")
    return data


def link_packages(library_folder: Path) -> None:
    """Makes ``site-packages`` in the standard library's folder, and ``dist-packages`` its second name where needed."""
    (library_folder / "site-packages").mkdir()
    if b"dist-packages" in (library_folder / "site.py").read_bytes():
        (library_folder / "dist-packages").symlink_to("site-packages")
