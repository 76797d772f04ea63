"""Playing one case, and judging what it came to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

import attrs
from integration.oci.faults.commands import Command
from integration.oci.faults.mishaps import Extent, Mishap
from integration.oci.faults.positions import Position
from integration.oci.faults.remains import Remains
from integration.oci.faults.stage import Stage
from integration.oci.faults.world import World

from oci_mlflow_core.errors import DeploymentError, TimedOutError

DONE, UNDONE, PARTLY, LISTED, GOES_ON, LOST = "done", "undone", "in part", "listed", "goes on", "lost"
_ANEW = "Delete it and create it again."
#: What a command may end in, and what that means.
OUTCOMES = {
    DONE: "it ends well, and comes to what it should",
    UNDONE: "it ends in an error, and everything is as before",
    PARTLY: "it ends in an error that says what was done and what was not; the deployment serves one model, old or new",
    LISTED: "what is left is listed, in the error or, where the command ends well, in a note; the next run removes it",
    GOES_ON: "the deadline passes; the error says what goes on and how to follow it",
    LOST: "the deployment is FAILED, which no update mends; the error says so, lists what is left, and has it deleted "
    "and created again",
}


@attrs.frozen(kw_only=True)
class Case:
    """One mishap of one call of one command."""

    position: Position
    mishap: Mishap
    extent: Extent

    def __str__(self) -> str:
        call = f"{self.position.operation} #{self.position.skip + 1}, call {self.position.number + 1}"
        when = "after" if self.mishap.after_effect else "before"
        return f"{call}: {self.mishap.column}, {when} its effect, {self.extent}"


def play(stage: Stage, command: Command, case: Case) -> str:
    """What the command ended in.

    Raises:
        AssertionError: It left something unsaid, or the same command does not mend it.
    """
    with stage.world(command.scene) as world:
        with stage.failing(case.mishap.told(case.position, case.extent)):
            error = error_of(world, command)
        return judged(stage, world, command, error)


def judged(stage: Stage, world: World, command: Command, error: DeploymentError | None) -> str:
    """What the command ended in; what runs next is run once for all cases that leave the very same."""
    outcome = _outcome(command, stage.remains(world), error, world.progress.notes)
    if outcome == DONE:
        stage.once("delete", world, _gone)
    else:
        stage.once(command.title, world, partial(_mended, command))
    return outcome


def _mended(command: Command, stage: Stage, world: World) -> None:
    before = stage.remains(world)
    error = error_of(world, command)
    if _lost(command, before):
        assert error is not None, "a deployment that is FAILED was changed"
        assert error.hint == _ANEW
        _same(before, stage.remains(world), "the same command again changed something")
    else:
        assert error is None, f"the same command again: {error}"
        _same(command.after, stage.remains(world), "the same command again came to something else")
    stage.once("delete", world, _gone)


def _gone(stage: Stage, world: World) -> None:
    world.delete()
    left = stage.remains(world)
    staying = attrs.evolve(left, objects=(), kept={})
    assert not any(attrs.astuple(staying, recurse=False)), f"delete left {_told(left)}"


def error_of(world: World, command: Command) -> DeploymentError | None:
    try:
        command.run(world)
    except DeploymentError as error:
        return error
    return None


def _outcome(command: Command, now: Remains, error: DeploymentError | None, notes: Sequence[str]) -> str:
    assert str(error), "an error that says nothing"
    assert not now.files, f"files are left: {now.files}"
    if error is None and now.normal() == command.after.normal():
        return DONE
    if isinstance(error, TimedOutError):
        return GOES_ON
    listed = tuple(notes) if error is None else error.leftovers
    left = _left(command.before, now)
    _check(command, now, left, listed)
    if _lost(command, now):
        assert error is not None, "it ended well, and the deployment is FAILED"
        assert error.hint.endswith(_ANEW), error.hint
        return LOST
    return LISTED if left or listed else _unlisted(command, now, error)


def _unlisted(command: Command, now: Remains, error: DeploymentError | None) -> str:
    """What it came to when nothing is left and nothing is listed."""
    assert error is not None, f"it ended well, but did not come to what it should: {_told(now)}"
    # a pack that was published is a cache, and stays, and so does the copy of it
    if attrs.evolve(now, objects=command.before.objects, kept=command.before.kept).normal() == command.before.normal():
        return UNDONE
    if "The same command goes on from there." in error.hint:
        return PARTLY
    assert all(each in str(error) for each in now.deployments), f"not told: {error}\n{error.hint}\n{_told(now)}"
    return LISTED


def _lost(command: Command, now: Remains) -> bool:
    """Whether the command was to change a deployment that no command but a delete can change any more."""
    changes = command.title.startswith("update")
    return changes and any(each["lifecycleState"] == "FAILED" for each in now.deployments.values())


def _check(command: Command, now: Remains, left: Sequence[str], listed: Sequence[str]) -> None:
    unsaid = [what for what in left if not _is_said(what, "\n".join(listed))]
    assert not unsaid, f"left and not listed: {unsaid}, {listed}"
    assert not now.journal or listed, f"the journal has records of which nothing is told: {now.journal}"
    steady = {each for each, its in now.deployments.items() if its["lifecycleState"] == "ACTIVE"}
    assert now.linked <= set(now.deployments), f"the registry names what is not there: {now.links}"
    unnamed = [each for each in steady & set(command.before.deployments) - now.linked if each not in "\n".join(listed)]
    assert not unnamed, f"the registry does not name what is there: {unnamed}"


def _left(before: Remains, now: Remains) -> list[str]:
    """What the command made, or put out of use, and is still there."""
    own = [each for each in now.deployments if each not in before.deployments]
    models = [each for each in now.models if each not in now.served]
    return [*own, *models, *now.uploads.values(), *now.stray]


def _is_said(what: str, told: str) -> bool:
    kind = next((kind for kind in ("modeldeployment", "model") if f"datascience{kind}." in what), "upload")
    perhaps = {"modeldeployment": "perhaps a deployment", "model": "perhaps a model", "upload": "unfinished upload"}
    return what in told or perhaps[kind] in told


def _same(wanted: Remains, now: Remains, otherwise: str) -> None:
    assert now.normal() == wanted.normal(), f"{otherwise}: {_told(now)}"


def _told(now: Remains) -> str:
    return json.dumps(attrs.asdict(now), indent=1)
