"""Reads the deployment file from the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from oci_mlflow_core.errors import InvalidRequestError, SpecError, Violation
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.reading import empty_spec, read_spec
from oci_mlflow_core.spec.runtime import CondaRuntime

_SCORE_CODE = "spec.runtime.spec.scoreCode"
_HOW = "Check the path; 'oci-mlflow init' writes a file to begin with."


def load_spec(
    path: str | Path | None, *, environ: Mapping[str, str], overrides: Mapping[str, object] | None = None
) -> LoadedSpec:
    """Reads a deployment file and the options over it; without a path, the options alone.

    Relative paths in the file are relative to its folder, and to the working directory where there is no file.

    Args:
        path: As the user wrote it, and as messages show it.
        environ: The variables for ``${NAME}``.
        overrides: Values by their full dotted path from the root of the file.

    Raises:
        InvalidRequestError: There is no such file, or it cannot be read.
        SpecError: Something is wrong in it or with the options; all of it is told at once.
    """
    if path is None:
        loaded = empty_spec(overrides, environ, Path.cwd())
    else:
        text = _text_of(path)
        folder = Path(path).expanduser().absolute().parent
        loaded = read_spec(text, source=str(path), folder=folder, environ=environ, overrides=overrides)
    violations = tuple(_missing_files(loaded))
    if violations:
        raise SpecError(violations)
    return loaded


def _text_of(path: str | Path) -> str:
    try:
        content = Path(path).expanduser().read_bytes()
    except FileNotFoundError:
        raise InvalidRequestError(f"{path}: there is no such file", _HOW) from None
    except IsADirectoryError:
        raise InvalidRequestError(f"{path}: this is a folder, not a deployment file", _HOW) from None
    except OSError as error:
        raise InvalidRequestError(f"{path}: cannot be read: {error.strerror or error}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        message = f"the byte 0x{content[error.start]:02x} is not UTF-8; save the file with the encoding UTF-8"
        raise SpecError((Violation(str(path), "", message, line, column),)) from None


def _missing_files(loaded: LoadedSpec) -> Iterator[Violation]:
    runtime = loaded.spec.runtime
    score_code = runtime.score_code if isinstance(runtime, CondaRuntime) else None
    if score_code is None or score_code.is_file():
        return
    # a path is shown whole, however long, unless the environment gave it
    hidden = loaded.from_environment.get(_SCORE_CODE)
    shown = loaded.quote(_SCORE_CODE, str(score_code)) if hidden else f"'{score_code}'"
    fault = f"expected a file, got a folder: {shown}" if score_code.is_dir() else f"no such file: {shown}"
    yield loaded.violation(_SCORE_CODE, fault)
