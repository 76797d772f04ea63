"""The options of a command that are not part of the deployment file (``-C name=value``)."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Any

import attrs

#: Seconds that a create or update waits by default; OCI's own creation takes 10 to 20 minutes.
DEFAULT_TIMEOUT = 2400.0


class OnFailure(str, enum.Enum):
    """What becomes of a deployment that was created and does not serve."""

    DELETE = "delete"
    KEEP = "keep"

    def __str__(self) -> str:
        return self.value


class UpdateStrategy(str, enum.Enum):
    """How a deployment that serves is changed."""

    #: While it serves, one group of settings after the other.
    IN_PLACE = "in-place"
    #: All at once while it is inactive.
    DEACTIVATE_FIRST = "deactivate-first"

    def __str__(self) -> str:
        return self.value


@attrs.frozen
class LockFile:
    """A lock that the user gave, as it stood in its file."""

    path: Path
    text: str = attrs.field(repr=False)


def option(default: Any, verbs: tuple[str, ...], doc: str) -> Any:  # noqa: ANN401
    """Declares an option: its default, the commands that take it, and one sentence for help pages."""
    return attrs.field(default=default, kw_only=True, metadata={"doc": doc, "verbs": verbs})


_MAKING = ("create", "update", "run-local")
_LOCKING = (*_MAKING, "lock")
_ORDERING = ("create", "update", "activate", "deactivate")
_WAITING = (*_MAKING, "activate", "deactivate")


@attrs.frozen
class CommandOptions:
    """How a command goes; an option's name is the field's with dashes for underscores.

    The metadata of each field holds ``doc``, one sentence for help pages, and ``verbs``, the commands that take it.
    """

    dry_run: bool = option(
        default=False, verbs=("create", "update", "delete"), doc="Print what would be done, and do nothing."
    )
    wait: bool = option(
        default=True, verbs=_ORDERING, doc="Wait until the deployment answers; with false, return once it is ordered."
    )
    timeout: float = option(
        default=DEFAULT_TIMEOUT, verbs=_WAITING, doc="Seconds to wait until the deployment answers."
    )
    on_failure: OnFailure = option(
        default=OnFailure.DELETE,
        verbs=("create",),
        doc="What becomes of a deployment that does not come up: delete or keep.",
    )
    update_strategy: UpdateStrategy = option(
        default=UpdateStrategy.IN_PLACE,
        verbs=("update",),
        doc="in-place changes a live deployment group by group without downtime; deactivate-first all at once, with.",
    )
    builder: str | None = option(
        default=None, verbs=_LOCKING, doc="The environment builder to use; wins over spec.runtime.spec.builder."
    )
    image_builder: str | None = option(
        default=None, verbs=_MAKING, doc="The image builder to use; wins over spec.runtime.spec.imageBuilder."
    )
    relock: bool = option(
        default=False, verbs=_LOCKING, doc="Choose package versions anew, although this environment was locked before."
    )
    lock: LockFile | None = option(
        default=None,
        verbs=_MAKING,
        doc="A file with the lock to build from, as 'oci-mlflow lock' writes it; no version is chosen then.",
    )
    exclude_newer: str | None = option(
        default=None,
        verbs=_LOCKING,
        doc=(
            "Choose only packages that were uploaded before this time (RFC 3339), or before the model was logged "
            "(model)."
        ),
    )
    port: int | None = option(
        default=None,
        verbs=("create", "run-local"),
        doc="Port of 127.0.0.1 to answer on (target oci-datascience://local only); a free one by default.",
    )
    keep_model: bool = option(
        default=False, verbs=("delete", "update"), doc="Leave the catalog model that is no longer served."
    )
