"""What the servers of a deployment wrote, line by line with their times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.ports.inspector import LogKind, LogLine
from oci_mlflow_plugin.adapters.local.supervision.folder import DeploymentFolder

#: As `logging` writes it, in this machine's time; the servers' own lines begin with it too.
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3})\b")
#: As gunicorn writes it.
_STAMP_WITH_ZONE = re.compile(r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})\]")
#: As `oci_mlflow_plugin.adapters.local.serving.log` writes a request.
_REQUEST = re.compile(r"\S+ \S+ INFO server: \S+ .* \d{3} \d+\.\d ms \d+ B")


def lines_of(folder: DeploymentFolder) -> tuple[LogLine, ...]:
    """What every generation that is still there wrote, oldest first; lines of one time stay as they were written.

    A line without a time has that of the line before it, since it is most often the rest of it; where there is none
    before, it has that of the line after, and in a file without any time that of the file.

    Raises:
        InvalidRequestError: A file of it cannot be read.
    """
    files = sorted((path for path in folder.logs.glob("*.log") if path.stem.isdecimal()), key=_generation)
    found = [line for path in files for line in _lines_in(path)]
    return tuple(sorted(found, key=lambda line: line.time))


def _generation(path: Path) -> int:
    return int(path.stem)


def _lines_in(path: Path) -> Iterator[LogLine]:
    try:
        texts = path.read_bytes().decode(errors="replace").split("\n")
        written = datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.utc)
    except FileNotFoundError:
        # an update has ended that generation meanwhile
        return
    except OSError as fault:
        raise InvalidRequestError(f"{path} cannot be read: {fault.strerror}") from fault
    times = (time for time in map(_time, texts) if time is not None)
    last = next(times, written)
    for text in filter(str.strip, texts):
        last = _time(text) or last
        kind = LogKind.ACCESS if _REQUEST.fullmatch(text) else LogKind.PREDICT
        yield LogLine(time=last, text=text.rstrip(), kind=kind)


def _time(text: str) -> datetime | None:
    try:
        if found := _STAMP.match(text):
            moment = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S").astimezone(timezone.utc)
            return moment.replace(microsecond=int(found[2]) * 1000)
        if found := _STAMP_WITH_ZONE.match(text):
            return datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S %z").astimezone(timezone.utc)
    except (ValueError, OverflowError):
        # digits that are no date
        return None
    return None
