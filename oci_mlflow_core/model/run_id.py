"""The name of one run of a command, as it stands in the tags of what the run makes."""

from __future__ import annotations

import re

import attrs

#: Digits of the request's digest that are kept.
REQUEST_DIGITS = 16
_FORM = re.compile(
    r"(?P<unique>[0-9a-f]{32})\.(?P<request>[0-9a-f]{16})\.(?P<machine>[0-9a-f]{12})\.(?P<pid>\d+)\.(?P<started>\d+)"
)


@attrs.frozen(kw_only=True)
class RunId:
    """``<unique>.<request>.<machine>.<pid>.<started>``."""

    #: 32 hexadecimal digits that no other run has.
    unique: str
    #: The first digits of the request's digest.
    request: str
    #: 12 hexadecimal digits that stand for the machine since it was started.
    machine: str
    pid: int
    #: When the process was started, in the machine's own count; 0 where it does not tell.
    started: int

    def __str__(self) -> str:
        return f"{self.unique}.{self.request}.{self.machine}.{self.pid}.{self.started}"

    @classmethod
    def parse(cls, text: str) -> RunId | None:
        """Reads it; None for what is of another form."""
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        return cls(
            unique=found["unique"],
            request=found["request"],
            machine=found["machine"],
            pid=int(found["pid"]),
            started=int(found["started"]),
        )

    def carries_out(self, request_digest: str) -> bool:
        """Whether it is a run of the request with that digest."""
        return self.request == request_digest[:REQUEST_DIGITS]
