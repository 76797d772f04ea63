"""A request that the solver cannot meet, told with what the channels have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from oci_mlflow_builders.locking.channels import Channels
from oci_mlflow_builders.locking.conflicts import chain_of, missing_specs, needed_of_target
from oci_mlflow_builders.locking.credentials import masked
from oci_mlflow_builders.locking.virtual_packages import virtual_packages
from oci_mlflow_core.errors import UnsolvableEnvironmentError, nearest
from oci_mlflow_core.model.environment import EnvironmentRequest

if TYPE_CHECKING:
    from rattler import Gateway, Subdir

#: Versions of a package that a message lists.
_SHOWN = 8


@attrs.frozen(kw_only=True)
class Unmet:
    """What was asked of which channels."""

    builder: str
    request: EnvironmentRequest
    channels: Channels
    gateway: Gateway

    @property
    def platforms(self) -> list[Subdir]:
        """Where the channels were searched."""
        from rattler import Subdir  # noqa: PLC0415 - heavy

        return [Subdir(self.request.platform.value), Subdir("noarch")]

    def error(self, reason: str, tail: tuple[str, ...] = (), hint: str = "") -> UnsolvableEnvironmentError:
        """The error, without what is secret."""
        secrets = self.channels.secrets
        return UnsolvableEnvironmentError(
            builder=self.builder,
            stage="lock",
            reason=masked(reason, secrets),
            log_tail=tuple(masked(line, secrets) for line in tail),
            hint=masked(hint, secrets),
        )


async def explained(unmet: Unmet, complaint: str) -> UnsolvableEnvironmentError:
    """The error that says why, from what the solver complains about."""
    missing = missing_specs(complaint)
    if missing:
        return await _without_candidates(unmet, missing[0])
    target = virtual_packages(unmet.request)
    hint = ""
    if needed_of_target(complaint, target):
        hint = "Ask for older versions of these packages, which content themselves with what the target has."
    return unmet.error("no versions meet all requirements", chain_of(complaint, target), hint)


async def _without_candidates(unmet: Unmet, spec: str) -> UnsolvableEnvironmentError:
    name = spec.partition(" ")[0].partition("[")[0]
    versions = await _versions(unmet, name)
    where = _listed(unmet)
    if versions:
        return unmet.error(
            f"no '{spec}' is in {where} for {unmet.request.platform}",
            hint=f"There are the versions {', '.join(versions)}.",
        )
    names = [each.normalized for each in await unmet.gateway.names(_places(unmet), unmet.platforms)]
    near = nearest(name, names)
    hint = f"Did you mean '{near}'?" if near else "Check its name and the channels of conda.yaml."
    return unmet.error(f"no package is called '{name}' in {where} for {unmet.request.platform}", hint=hint)


async def _versions(unmet: Unmet, name: str) -> tuple[str, ...]:
    """The newest ones, newest first."""
    found = await unmet.gateway.query(_places(unmet), unmet.platforms, [name], recursive=False)
    versions = {record.version for records in found for record in records}
    return tuple(str(version) for version in sorted(versions, reverse=True)[:_SHOWN])


def _places(unmet: Unmet) -> list[str]:
    return [channel.url for channel in unmet.channels.listed]


def _listed(unmet: Unmet) -> str:
    shown = [channel.shown for channel in unmet.channels.listed]
    return f"the channel{'s' if len(shown) > 1 else ''} {', '.join(shown)}"
