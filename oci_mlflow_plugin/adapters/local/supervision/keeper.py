"""Keeps one deployment as it was ordered."""

from __future__ import annotations

import os
import select
from pathlib import Path
from typing import Any

from oci_mlflow_plugin.adapters.home.removal import remove_tree
from oci_mlflow_plugin.adapters.local.staging import abandoned_name
from oci_mlflow_plugin.adapters.local.supervision.folder import (
    DamagedRecordError,
    DeploymentFolder,
    read_json,
    readable_json,
    replace_json,
)
from oci_mlflow_plugin.adapters.local.supervision.generation import Generation, GenerationFailedError
from oci_mlflow_plugin.adapters.local.supervision.server import Shared

#: Seconds for servers when the whole deployment ends; whoever removes it does not want to wait for predictions.
_END_GRACE = 3.0


class Keeper:
    """Brings up each new order beside the old one, and lets the old one go when the new one answers.

    A first order that cannot be served makes the deployment FAILED. A later one leaves it serving what it served
    (NEEDS_ATTENTION). A server that dies makes it FAILED. In all states it is the supervisor that writes them down.
    """

    def __init__(self, folder: DeploymentFolder, shared: Shared) -> None:
        self._folder = folder
        self._shared = shared
        self._order_stamp: tuple[int, int] | None = None
        self._latest = 0
        self._serving: Generation | None = None
        self._rising: Generation | None = None
        self._leaving: list[Generation] = []
        self._observed: dict[str, Any] = {}

    def look(self) -> bool:
        """One look at everything; whether the deployment still lives."""
        try:
            if self._serving is not None:
                self._serving.check()
            self._take_order()
        except (GenerationFailedError, DamagedRecordError) as fault:
            self._fail(str(fault), self._serving)
            return False
        self._leaving = [each for each in self._leaving if not _seen_off(each)]
        return self._raise()

    def end(self, reason: str = "") -> None:
        """Ends all processes; with a reason the deployment is FAILED for it."""
        for each in (self._rising, self._serving, *self._leaving):
            if each is not None:
                each.end(_END_GRACE)
        if reason and self._observed.get("state") != "FAILED":
            self._fail(reason, self._serving or self._rising)

    def _take_order(self) -> None:
        stamp = _stamp_of(self._folder.order_file)
        if stamp == self._order_stamp or self._rising is not None:
            return
        self._order_stamp = stamp
        order = read_json(self._folder.order_file)
        if not {"generation", "launch"} <= order.keys():
            raise DamagedRecordError(self._folder.order_file, "it is not an order")
        if order["generation"] <= self._latest:
            return
        self._latest = order["generation"]
        if self._serving is not None and order["launch"] == self._serving.launch:
            self._apply(order)
        else:
            self._rising = Generation(self._folder, order, self._shared)

    def _raise(self) -> bool:
        if self._rising is None:
            return True
        self._observe("CREATING" if self._serving is None else "UPDATING", activity=self._rising.activity)
        try:
            if self._rising.advance():
                self._change_over(self._rising)
        except (GenerationFailedError, OSError) as fault:
            return self._give_up(self._rising, str(fault))
        return True

    def _change_over(self, risen: Generation) -> None:
        if self._serving is not None:
            self._serving.let_go()
            self._leaving.append(self._serving)
        self._serving, self._rising = risen, None
        self._apply(risen.order)

    def _give_up(self, risen: Generation, reason: str) -> bool:
        risen.end(_END_GRACE)
        if self._serving is None:
            self._fail(reason, risen)
            return False
        tail = self._folder.tail(risen.number)
        risen.forget()
        self._rising = None
        self._observe("NEEDS_ATTENTION", details=f"the last update failed: {reason}", log_tail=tail)
        return True

    def _apply(self, order: dict[str, Any]) -> None:
        replace_json(self._folder.applied_file, order)
        self._observe("ACTIVE")

    def _fail(self, reason: str, which: Generation | None) -> None:
        tail = self._folder.tail(which.number) if which is not None else []
        self._observe("FAILED", details=reason, log_tail=tail)

    def _observe(self, state: str, **more: Any) -> None:  # noqa: ANN401
        serving, watched = self._serving, self._serving or self._rising
        observed = {
            "state": state,
            "generation": self._latest,
            "pid": os.getpid(),
            "log": watched.number if watched is not None else 0,
            "servers": [server.pid for server in serving.servers] if serving is not None else [],
            **more,
        }
        if observed != self._observed:
            replace_json(self._folder.observed_file, observed)
            self._observed = observed


def _stamp_of(order_file: Path) -> tuple[int, int]:
    """Changes whenever the file is replaced or written to."""
    try:
        status = order_file.stat()
    except FileNotFoundError as fault:
        raise DamagedRecordError(order_file, "it is missing") from fault
    return status.st_mtime_ns, status.st_ino


def _seen_off(generation: Generation) -> bool:
    if not generation.is_gone():
        return False
    generation.forget()
    return True


def owner_is_gone(lifeline: int) -> bool:
    """Whether the command that a foreground deployment belongs to has ended, however it did."""
    return lifeline >= 0 and bool(select.select([lifeline], [], [], 0)[0])


def remove(folder: DeploymentFolder) -> None:
    """Removes the deployment and what was made for it alone."""
    order = readable_json(folder.order_file) or readable_json(folder.applied_file)
    for path in order.get("made_for_it", []):
        remove_tree(folder.path.parent / path)
    # a folder that loses one file after the other would be listed as a damaged deployment
    grave = abandoned_name(folder.path.parent)
    folder.path.rename(grave)
    remove_tree(grave)
