"""What the user's environment says about how environments are checked."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

#: ``predict`` (the default), ``import`` or ``none``: how much of the environment is tried.
TRY = "OCI_MLFLOW_CHECK"
#: Seconds that trying it may take.
SECONDS = "OCI_MLFLOW_CHECK_SECONDS"
#: MB from which an environment is told to be large.
LARGE = "OCI_MLFLOW_LARGE_ENVIRONMENT_MB"
_WAYS = ("predict", "import", "none")


@attrs.frozen(kw_only=True)
class CheckSettings:
    """How an environment is checked."""

    trying: str = "predict"
    seconds: float = 600.0
    #: MB, laid out: every server of a deployment fetches the pack and lays it out before it answers.
    large: float = 4000.0

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> CheckSettings:
        """Reads `TRY`, `SECONDS` and `LARGE`.

        Raises:
            ValueError: One of them is not what it should be.
        """
        trying = environ.get(TRY, "").strip().lower() or "predict"
        if trying not in _WAYS:
            msg = f"{TRY} is '{trying}', and should be one of {', '.join(_WAYS)}"
            raise ValueError(msg)
        return cls(trying=trying, seconds=_number(environ, SECONDS, 600.0), large=_number(environ, LARGE, 4000.0))


def _number(environ: Mapping[str, str], name: str, usual: float) -> float:
    text = environ.get(name, "").strip()
    if not text:
        return usual
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        msg = f"{name} is '{text}', and should be a number above 0"
        raise ValueError(msg)
    return number
