"""Files that a command writes where the user says."""

from __future__ import annotations

from pathlib import Path

from oci_mlflow_core.errors import InvalidRequestError


def write_text(path: Path, text: str, *, replace: bool = True) -> None:
    """Writes the file, UTF-8.

    Raises:
        InvalidRequestError: It cannot be written, or it is there and is not to be replaced.
    """
    try:
        with path.open("w" if replace else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as fault:
        raise InvalidRequestError(
            f"{path} is there already", "Give --force to replace it, or another file with -o."
        ) from fault
    except OSError as fault:
        raise InvalidRequestError(f"{path} cannot be written: {fault.strerror or fault}") from fault
