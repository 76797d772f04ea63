"""The check of environments that all builders share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path

import attrs

from oci_mlflow_builders.checking.contents import files_of, sizes_by_package
from oci_mlflow_builders.checking.libraries import Machinery, machinery_of
from oci_mlflow_builders.checking.settings import LARGE, CheckSettings
from oci_mlflow_builders.checking.target import has_gpu, host_glibc, numbers, python_of, text
from oci_mlflow_builders.checking.trial import FailedTrialError, Trial
from oci_mlflow_builders.disk import space_on
from oci_mlflow_builders.uv.platforms import this_platform
from oci_mlflow_core.errors import BuildError, CancelledError
from oci_mlflow_core.model.artifact import FetchedModel
from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.model.pack import BuiltPrefix
from oci_mlflow_core.ports.environment_check import EnvironmentCheck
from oci_mlflow_core.ports.progress_sink import Step

_MB = 1_000_000
#: Packages that are named with their sizes.
_LARGEST = 8


class PrefixCheck(EnvironmentCheck):
    """Looks at a prefix's files, and tries it where it is made for this machine.

    Args:
        environ: Variables that rule it; see `CheckSettings`. By default those of the process.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    def check(
        self,
        built: BuiltPrefix,
        model: FetchedModel,
        request: EnvironmentRequest,
        step: Step,
        *,
        stopped: Callable[[], bool],
    ) -> tuple[str, ...]:
        """Checks it; see `EnvironmentCheck`."""
        try:
            settings = CheckSettings.of(self._environ)
            with space_on(built.path, "trying the environment"):
                return tuple(_Check(built, model, request, step, stopped, settings).run())
        except ValueError as fault:
            raise BuildError(builder=built.lock.builder, stage="check", reason=str(fault)) from fault
        except FailedTrialError as fault:
            raise BuildError(
                builder=built.lock.builder,
                stage="check",
                reason=fault.reason,
                log_tail=fault.tail,
                hint=fault.hint,
            ) from fault


@attrs.frozen
class _Check:
    _built: BuiltPrefix
    _model: FetchedModel
    _request: EnvironmentRequest
    _step: Step
    _stopped: Callable[[], bool]
    _settings: CheckSettings

    def run(self) -> Iterator[str]:
        """Yields what is worth knowing.

        Raises:
            FailedTrialError: Something would fail in the service.
        """
        self._go_on()
        self._step.says("looking at what it holds")
        self._compare_python(python_of(self._built.path))
        files = files_of(self._built.path)
        sizes = sizes_by_package(self._built.path, files)
        machinery = machinery_of(self._built.path, files, self._request.platform, self._go_on)
        yield from self._about_machinery(machinery)
        yield from self._about_sizes(sizes)
        tried = yield from self._try(machinery)
        self._step.done(f"{tried}; {_told(sizes, 3)}")

    def _go_on(self) -> None:
        if self._stopped():
            raise CancelledError("checking the environment")

    def _compare_python(self, found: str) -> None:
        wanted = self._built.lock.python.version
        if not found:
            raise FailedTrialError(f"it holds no Python, and its lock says {wanted}")
        # what a prefix shows without being run may be its minor version alone
        if found != wanted and numbers(found) != numbers(wanted)[:2]:
            raise FailedTrialError(f"it holds Python {found}, and its lock says {wanted}")

    def _about_machinery(self, machinery: Machinery) -> Iterator[str]:
        if machinery.foreign:
            name, machine = machinery.foreign[0]
            others = f" and {len(machinery.foreign) - 1} more" if machinery.foreign[1:] else ""
            raise FailedTrialError(
                f"{name}{others} {'are' if others else 'is'} made for {machine}, and not for {self._request.platform}",
                hint=f"Find a version of the package that has a build for {self._request.platform}.",
            )
        if machinery.foreign_aside:
            yield f"the environment brings {machinery.foreign_aside} libraries for other machines, left as they are"
        offered = self._request.glibc
        if offered and machinery.glibc > numbers(offered):
            yield (
                f"the environment needs glibc {text(machinery.glibc)} ({machinery.asking}), "
                f"and the machines that it is for have {offered}"
            )

    def _about_sizes(self, sizes: list[tuple[str, int]]) -> Iterator[str]:
        if sum(size for _, size in sizes) > self._settings.large * _MB:
            yield (
                f"the environment is large, and a deployment starts later for it: {_told(sizes, _LARGEST)} "
                f"(told from {self._settings.large:.0f} MB on; {LARGE} is another limit)"
            )

    def _try(self, machinery: Machinery) -> Generator[str, None, str]:
        if self._settings.trying == "none":
            return "not tried, as asked for"
        if self._request.platform is not this_platform():
            yield f"the environment was not tried: it is for {self._request.platform}, which this machine cannot run"
            return "not tried here"
        here = host_glibc()
        if here and machinery.glibc > here:
            needed = text(machinery.glibc)
            yield f"the environment was not tried: it needs glibc {needed}, and this machine has {text(here)}"
            return "not tried here"
        what = self._settings.trying
        if self._request.gpu and not has_gpu():
            what = "import"
            yield "there is no GPU here: MLflow was imported, and the model was not loaded"
        return (yield from self._tried(what))

    def _tried(self, what: str) -> Generator[str, None, str]:
        self._step.says(
            "importing MLflow" if what == "import" else "loading the model and predicting its input example"
        )
        folder = Path(tempfile.mkdtemp(prefix="check-", dir=self._built.path.parent))
        try:
            found = Trial(
                prefix=self._built.path,
                model=self._model.path,
                folder=folder,
                seconds=self._settings.seconds,
                stopped=self._stopped,
                each=self._go_on,
            ).run(what)
        finally:
            shutil.rmtree(folder)
        self._compare_python(found["python"])
        if what == "import":
            return f"MLflow {found['mlflow']} imports"
        if not found["example"]:
            yield "the model was logged without an input example: it was loaded, and no prediction was tried"
            return "loads the model"
        return "predicts the model's input example"


def _told(sizes: list[tuple[str, int]], most: int) -> str:
    total = sum(size for _, size in sizes)
    named = ", ".join(f"{name} {size / _MB:.0f}" for name, size in sizes[:most])
    others = f" and {len(sizes) - most} more packages" if len(sizes) > most else ""
    return f"{total / _MB:.0f} MB laid out: {named}{others}"
