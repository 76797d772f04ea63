"""What rattler says while it installs, as a step is told of it."""

from __future__ import annotations

import threading

from rattler.install import InstallerReporter

from oci_mlflow_core.model.environment import LockedCondaPackage
from oci_mlflow_core.ports.progress_sink import Step


class Progress(InstallerReporter):
    """Adds up what was downloaded of all packages, and counts those that are installed.

    rattler calls from several threads, and hands back the number that a call for a package has returned.
    """

    def __init__(self, packages: tuple[LockedCondaPackage, ...], step: Step) -> None:
        self._step = step
        self._sizes = {package.name: package.size for package in packages}
        self._names: list[str] = []
        self._arrived: dict[str, int] = {}
        self._installed = 0
        self._lock = threading.Lock()

    def on_populate_cache_start(self, operation: int, package_name: str) -> int:  # noqa: ARG002 - rattler's names
        """Begins a package; the number stands for it from now on."""
        with self._lock:
            self._names.append(package_name)
            return len(self._names) - 1

    def on_validate_start(self, cache_entry: int) -> int:
        """Passes the package's number on."""
        return cache_entry

    def on_download_start(self, cache_entry: int) -> int:
        """Passes the package's number on."""
        return cache_entry

    def on_download_progress(self, download_idx: int, progress: int, total: int | None) -> None:  # noqa: ARG002
        """So many bytes of the package have arrived."""
        self._arrive(download_idx, progress)

    def on_populate_cache_complete(self, cache_entry: int) -> None:
        """The package is here, whether it had to be downloaded or not."""
        self._arrive(cache_entry, self._sizes.get(self._names[cache_entry], 0))

    def on_link_complete(self, index: int) -> None:  # noqa: ARG002
        """One more package is installed."""
        with self._lock:
            self._installed += 1
            self._step.says(f"{self._installed} of {len(self._sizes)} conda packages installed")

    def _arrive(self, number: int, count: int) -> None:
        with self._lock:
            self._arrived[self._names[number]] = count
            self._step.moved(sum(self._arrived.values()), sum(self._sizes.values()))
