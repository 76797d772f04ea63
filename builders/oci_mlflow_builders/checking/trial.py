"""Trying an environment: moved to another path, it has to import MLflow, load the model and predict with it."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_builders.checking.moving import Fingerprint, WrittenInPlaceError, link_tree
from oci_mlflow_builders.checking.process import Ended, run_and_end
from oci_mlflow_builders.checking.settings import SECONDS, TRY

_PROBE = Path(__file__).with_name("probe.py")
#: A port at which nothing listens: whoever honours a proxy reaches nothing.
_NOWHERE = "http://127.0.0.1:9"
_OFFLINE = {
    **{
        name: _NOWHERE
        for proxy in ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy")
        for name in (proxy, proxy.upper())
    },
    "NO_PROXY": "localhost,127.0.0.1,::1",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "1",
    "PIP_NO_INDEX": "1",
}
_FAILURES = {
    "start": "its Python does not start",
    "import": "mlflow cannot be imported",
    "load": "the model cannot be loaded",
    "read": "the model's input example cannot be read",
    "predict": "the model cannot predict its own input example",
}
_LOADING = frozenset({"load", "read", "predict"})


class FailedTrialError(Exception):
    """The environment does not do what it should."""

    def __init__(self, reason: str, tail: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(reason)
        self.reason, self.tail, self.hint = reason, tail, hint


@attrs.frozen(kw_only=True)
class Trial:
    """One try of one environment."""

    prefix: Path
    model: Path
    #: An empty folder on the prefix's disk, for everything that is written.
    folder: Path
    seconds: float
    stopped: Callable[[], bool]
    #: Called often while files are linked; raises to end it.
    each: Callable[[], None]

    def run(self, what: str) -> dict[str, Any]:
        """Tries it.

        Args:
            what: ``predict``, or ``import`` for MLflow and the model's loader alone.

        Returns:
            What the probe found out: ``python``, ``mlflow``, and ``example``, whether there was one to predict.

        Raises:
            FailedTrialError: Something of it failed.
            CancelledError: It was stopped.
        """
        moved = self.folder / "moved-environment"
        before = Fingerprint.of(self.prefix)
        link_tree(self.prefix, moved, self.each)
        self._settle(moved)
        try:
            before.verify()
        except WrittenInPlaceError as fault:
            raise FailedTrialError(f"its bin/conda-unpack writes into files in place ({fault})") from fault
        report = self.folder / "report"
        ended = self._python(moved, str(_PROBE), str(self.model), what, str(report))
        found: dict[str, Any] = (
            json.loads(report.read_text(encoding="utf-8")) if report.exists() else {"doing": "start"}
        )
        if ended.status != 0:
            raise _failure(found["doing"], ended, self.seconds)
        return found

    def _settle(self, moved: Path) -> None:
        script = moved / "bin" / "conda-unpack"
        if not script.is_file():
            return
        ended = self._python(moved, str(script))
        if ended.status != 0:
            raise FailedTrialError(f"its bin/conda-unpack fails: {ended.how}", ended.tail)

    def _python(self, moved: Path, *arguments: str) -> Ended:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        environment = {
            **_OFFLINE,
            "PATH": os.pathsep.join((str(moved / "bin"), "/usr/bin", "/bin")),
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            "CONDA_PREFIX": str(moved),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONNOUSERSITE": "1",
        }
        program = moved / "bin" / "python"
        try:
            return run_and_end(
                [str(program), *arguments],
                environment=environment,
                folder=self.folder,
                seconds=self.seconds,
                stopped=self.stopped,
            )
        except (FileNotFoundError, PermissionError) as fault:
            raise FailedTrialError(f"{_FAILURES['start']}: {fault.strerror}") from fault
        except OSError as fault:
            if fault.errno == errno.ENOEXEC:
                raise FailedTrialError(f"{_FAILURES['start']}: {fault.strerror}") from fault
            raise


def _failure(doing: str, ended: Ended, seconds: float) -> FailedTrialError:
    if ended.status is None:
        reason = f"{_FAILURES[doing]} within {seconds:.0f} s"
        return FailedTrialError(reason, ended.tail, f"Give it more time with {SECONDS}, in seconds.")
    if doing in _LOADING:
        hint = (
            "The model was tried as the service runs it: nothing but its environment, no network, its folder read-only."
            f" Where it needs what this machine has not, set {TRY}=import."
        )
    else:
        hint = "Compare the versions that the model's environment files ask for with those that it was logged with."
    crash = f" ({ended.how})" if (ended.status or 0) < 0 else ""
    return FailedTrialError(_FAILURES[doing] + crash, ended.tail, hint)
