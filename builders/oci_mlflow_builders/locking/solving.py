"""Choosing conda packages for the target's platform with rattler's solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from oci_mlflow_builders.locking.awaiting import awaited
from oci_mlflow_builders.locking.channel_faults import told
from oci_mlflow_builders.locking.channels import Channels
from oci_mlflow_builders.locking.connection import client_for, trusting
from oci_mlflow_builders.locking.records import locked_record
from oci_mlflow_builders.locking.specs import rattler_specs
from oci_mlflow_builders.locking.unsolvable import Unmet, explained
from oci_mlflow_builders.locking.virtual_packages import for_rattler
from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.environment import EnvironmentRequest, LockedCondaPackage

if TYPE_CHECKING:
    from rattler import ChannelPriority, Gateway, MatchSpec, RepoDataRecord

#: conda's own default: a channel that comes later may bring what an earlier one has no fitting version of.
_PRIORITY = "flexible"


@attrs.frozen(kw_only=True)
class Solving:
    """Solves one request."""

    builder: str
    request: EnvironmentRequest
    channels: Channels
    environ: Mapping[str, str] = attrs.field(repr=False)
    #: Folder that channels' metadata is kept in.
    metadata: Path

    def packages(self, python: str) -> tuple[LockedCondaPackage, ...]:
        """The conda packages of the request with that Python (a match spec), sorted by name.

        Raises:
            UnsolvableEnvironmentError: They cannot be met together, or one does not exist.
            BuildError: A channel cannot be asked.
        """
        with trusting(self.channels.settings, self.environ):
            return awaited(lambda: self._solved(python))

    async def _solved(self, python: str) -> tuple[LockedCondaPackage, ...]:
        from rattler.exceptions import GatewayError, InvalidMatchSpecError, SolverError  # noqa: PLC0415 - heavy

        gateway = self._gateway()
        try:
            specs = rattler_specs((python, *self.request.conda), self.channels)
            records = await self._ask(gateway, specs)
        except GatewayError as fault:
            raise told(self.builder, "lock", str(fault), self.channels.listed) from None
        except InvalidMatchSpecError as fault:
            reason = f"{self.request.origin} holds a conda requirement that cannot be understood: {fault}"
            raise BuildError(builder=self.builder, stage="lock", reason=reason) from None
        except SolverError as fault:
            unmet = Unmet(builder=self.builder, request=self.request, channels=self.channels, gateway=gateway)
            raise await explained(unmet, str(fault)) from None
        return tuple(sorted(locked_record(record, self.channels, self.builder) for record in records))

    async def _ask(self, gateway: Gateway, specs: Iterable[MatchSpec]) -> list[RepoDataRecord]:
        from rattler import Channel, solve  # noqa: PLC0415 - heavy

        return await solve(
            [Channel(channel.url) for channel in self.channels.listed],
            list(specs),
            gateway=gateway,
            platforms=[self.request.platform.value, "noarch"],
            virtual_packages=for_rattler(self.request),
            channel_priority=self._priority(),
            exclude_newer=_moment(self.request.exclude_newer),
            # Other channels than those that were asked for would change with the channel's metadata.
            channel_relations="disabled",
        )

    def _gateway(self) -> Gateway:
        from rattler import Gateway  # noqa: PLC0415 - heavy

        self.metadata.mkdir(parents=True, exist_ok=True)
        return Gateway(cache_dir=self.metadata, client=client_for(self.channels.settings, self.environ))

    def _priority(self) -> ChannelPriority:
        from rattler import ChannelPriority  # noqa: PLC0415 - heavy

        named = self.channels.settings.channel_priority or _PRIORITY
        known = {
            "strict": ChannelPriority.Strict,
            "flexible": ChannelPriority.Flexible,
            "disabled": ChannelPriority.Disabled,
            "true": ChannelPriority.Flexible,
            "false": ChannelPriority.Disabled,
        }
        return known.get(named, ChannelPriority.Flexible)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)
