"""Which environment builder makes an environment: the one that was asked for, else the best that can."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from oci_mlflow_core.errors import BuilderUnavailableError, NoSuchBuilderError
from oci_mlflow_core.hookspecs import EnvBuilderDescriptor
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock

_RELOCK = "Lock the environment again with what is here: -C relock=true."
_REACH = (
    "Check the network and its proxy, or name a mirror of the channels: channelAlias in the deployment file, or "
    "OCI_MLFLOW_CHANNEL_ALIAS."
)


@attrs.frozen
class BuilderChoice:
    """The chosen builder and why it was chosen."""

    descriptor: EnvBuilderDescriptor
    reason: str


def choose_builder(
    builders: Iterable[EnvBuilderDescriptor], request: EnvironmentRequest, pinned: str | None
) -> BuilderChoice:
    """The builder for this request. Those that need the network are asked whether it answers, unless one is pinned.

    Raises:
        NoSuchBuilderError: `pinned` is not installed.
        BuilderUnavailableError: The pinned builder, or every builder, is unusable here or cannot make it.
    """
    ranked = _ranked(builders)
    if pinned is not None:
        return _pinned(ranked, request, pinned)
    reasons: list[tuple[str, str]] = []
    hint = _what_to_do(request)
    for descriptor in ranked:
        obstacle = obstacle_of(descriptor, request)
        if obstacle is None:
            obstacle = descriptor.reaches(request)
            if obstacle is None:
                return BuilderChoice(descriptor, _why(descriptor, reasons))
            hint = f"{_REACH} {_what_to_do(request)}"
        reasons.append((descriptor.name, obstacle))
    raise BuilderUnavailableError(_needs(request), tuple(reasons), hint)


def builder_for_lock(
    builders: Iterable[EnvBuilderDescriptor], request: EnvironmentRequest, lock: Lock, pinned: str | None
) -> BuilderChoice:
    """The builder that makes the environment of a lock: the lock's own, or one that builds from such locks.

    What can be reached is not asked: everything may be in a cache.

    Raises:
        NoSuchBuilderError: `pinned` is not installed.
        BuilderUnavailableError: None of them is usable here, or the pinned one does not build from such locks.
    """
    ranked = _ranked(builders)
    able = [descriptor for descriptor in ranked if builds_from(descriptor, lock)]
    if pinned is not None:
        choice = _pinned(ranked, request, pinned)
        if choice.descriptor not in able:
            no_such = f"it does not build from locks of {lock.builder}"
            raise BuilderUnavailableError(_needs(request), ((pinned, no_such),), _what_to_do_about(able))
        return choice
    reasons: list[tuple[str, str]] = []
    for descriptor in sorted(able, key=lambda each: each.name != lock.builder):
        obstacle = obstacle_of(descriptor, request)
        if obstacle is None:
            passed_over = "".join(f"; not {name}: {reason}" for name, reason in reasons)
            return BuilderChoice(descriptor, f"the lock is one of {lock.builder}{passed_over}")
        reasons.append((descriptor.name, obstacle))
    if not able:
        reasons = [(lock.builder, "the lock was made with it, and it is not installed")]
    raise BuilderUnavailableError(_needs(request), tuple(reasons), _RELOCK)


def builds_from(descriptor: EnvBuilderDescriptor, lock: Lock) -> bool:
    """Whether the builder can build from that lock."""
    return lock.builder in {descriptor.name, *descriptor.builds_locks_of}


def obstacle_of(descriptor: EnvBuilderDescriptor, request: EnvironmentRequest) -> str | None:
    """Why this builder cannot make this environment here, or None."""
    return descriptor.refuses(request) or descriptor.unusable()


def _ranked(builders: Iterable[EnvBuilderDescriptor]) -> list[EnvBuilderDescriptor]:
    return sorted(builders, key=lambda descriptor: (descriptor.rank, descriptor.name))


def _pinned(ranked: list[EnvBuilderDescriptor], request: EnvironmentRequest, pinned: str) -> BuilderChoice:
    for descriptor in ranked:
        if descriptor.name == pinned:
            break
    else:
        raise NoSuchBuilderError(pinned, tuple(descriptor.name for descriptor in ranked))
    obstacle = obstacle_of(descriptor, request)
    if obstacle is None:
        return BuilderChoice(descriptor, "asked for")
    able = [other.name for other in ranked if other is not descriptor and obstacle_of(other, request) is None]
    hint = f"These builders can: {', '.join(able)}." if able else _what_to_do(request)
    raise BuilderUnavailableError(_needs(request), ((pinned, obstacle),), hint)


def _why(descriptor: EnvBuilderDescriptor, passed_over: list[tuple[str, str]]) -> str:
    if not passed_over:
        return descriptor.summary[:1].lower() + descriptor.summary[1:]
    return "; ".join(f"not {name}: {reason}" for name, reason in passed_over)


def _needs(request: EnvironmentRequest) -> str:
    if request.conda:
        return f"conda packages: {', '.join(request.conda)}"
    return f"Python {request.python} and {len(request.pip)} pip requirements"


def _what_to_do(request: EnvironmentRequest) -> str:
    if request.conda:
        return (
            "Where these packages are on PyPI too, list them under 'pip:' when the model is logged "
            "(mlflow.…log_model(conda_env=…)); otherwise publish a pack made with conda and name it in "
            "spec.runtime.spec.uri, or install a builder for conda packages."
        )
    return "Install one of the tools named above, or name a published pack in spec.runtime.spec.uri."


def _what_to_do_about(able: list[EnvBuilderDescriptor]) -> str:
    if not able:
        return _RELOCK
    return f"These builders do: {', '.join(descriptor.name for descriptor in able)}."
