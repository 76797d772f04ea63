"""Folders below the buckets; Object Storage knows none, so they come with the first object and go with the last."""

from __future__ import annotations

from pathlib import Path

from oci_mlflow_plugin.adapters.home.layout import Home


def make_folder(home: Home, folder: Path) -> None:
    """Makes a folder below the buckets, whoever removes empty ones at the same time.

    Raises:
        InvalidRequestError: The home cannot be written to.
        OSError: Something that is no folder is in the way, or may not be changed.
    """
    home.make(home.buckets)
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileNotFoundError:
            continue
        return


def remove_empty_folders(home: Home, folder: Path) -> None:
    """Removes `folder` and those above it as far as they are empty, up to the buckets, which stay."""
    while folder != home.buckets:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:
            return
        folder = folder.parent
