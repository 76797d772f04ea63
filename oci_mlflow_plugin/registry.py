"""Which back ends there are: the built-in ones, and those of other distributions.

Built-in ones are registered first. A distribution that cannot be loaded is named and skipped; of two descriptors that
claim one name the first is used, and both owners are named.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable, Iterable
from typing import TypeVar

import attrs
import pluggy

from oci_mlflow_core import hookspecs
from oci_mlflow_core.errors import nearest
from oci_mlflow_core.hookspecs import (
    NAME,
    ArtifactSourceDescriptor,
    DeployServiceDescriptor,
    EnvBuilderDescriptor,
    ImageBuilderDescriptor,
    PackStoreDescriptor,
)

#: Modules whose hook implementations are always there; each is cheap to import.
BUILT_IN = (
    "oci_mlflow_builders.registration",
    "oci_mlflow_plugin.adapters.filesystem_packs",
    "oci_mlflow_plugin.adapters.local",
    "oci_mlflow_plugin.adapters.mlflow_artifacts.registration",
    "oci_mlflow_plugin.adapters.oci.object_storage",
    "oci_mlflow_plugin.adapters.oci.registration",
)
#: What the owner of a built-in descriptor is called.
OURS = "oci-mlflow-plugin"

_D = TypeVar("_D")


@attrs.frozen(kw_only=True)
class Registry:
    """The back ends that can be chosen, in order of registration."""

    builders: tuple[EnvBuilderDescriptor, ...]
    image_builders: tuple[ImageBuilderDescriptor, ...]
    pack_stores: tuple[PackStoreDescriptor, ...]
    services: tuple[DeployServiceDescriptor, ...]
    sources: tuple[ArtifactSourceDescriptor, ...]
    #: Builder name → distribution.
    owners: dict[str, str]
    #: Image builder name → distribution.
    image_owners: dict[str, str]
    #: What was skipped and why, one sentence each.
    notes: tuple[str, ...]


def load_registry() -> Registry:
    """Asks every distribution that is installed now."""
    manager = pluggy.PluginManager(NAME)
    manager.add_hookspecs(hookspecs)
    for module in BUILT_IN:
        manager.register(importlib.import_module(module), name=module)
    gathering = _Gathering(manager)
    gathering.load_entry_points()
    builders = gathering.of("oci_mlflow_register_env_builders", EnvBuilderDescriptor, lambda item: item.name)
    image_builders = gathering.of(
        "oci_mlflow_register_image_builders", ImageBuilderDescriptor, lambda item: f"image builder {item.name}"
    )
    return Registry(
        builders=tuple(item for item, _ in builders),
        image_builders=tuple(item for item, _ in image_builders),
        pack_stores=gathering.without_owners(
            "oci_mlflow_register_pack_stores", PackStoreDescriptor, lambda item: f"{item.scheme}:// for {item.region}"
        ),
        services=gathering.without_owners(
            "oci_mlflow_register_deploy_services", DeployServiceDescriptor, lambda item: item.region
        ),
        sources=gathering.without_owners(
            "oci_mlflow_register_artifact_sources", ArtifactSourceDescriptor, lambda item: item.name
        ),
        owners={item.name: owner for item, owner in builders},
        image_owners={item.name: owner for item, owner in image_builders},
        notes=tuple(gathering.notes),
    )


@attrs.define
class _Gathering:
    manager: pluggy.PluginManager
    notes: list[str] = attrs.field(factory=list, init=False)
    _owners: dict[str, str] = attrs.field(factory=dict, init=False)

    def load_entry_points(self) -> None:
        for entry_point in sorted(importlib.metadata.entry_points(group=NAME), key=lambda found: found.name):
            owner = entry_point.dist.name if entry_point.dist else entry_point.value
            plugin_name = f"{owner}: {entry_point.name}"
            self._owners[plugin_name] = owner
            try:
                self.manager.register(entry_point.load(), name=plugin_name)
            except Exception as fault:  # noqa: BLE001 (a stranger's code may raise anything, and must not stop a command)
                self.notes.append(
                    f"the plugin '{entry_point.name}' of {owner} is skipped, it cannot be loaded: {_short(fault)}"
                )
            else:
                self._note_unknown_hooks(entry_point.name, plugin_name)

    def _note_unknown_hooks(self, name: str, plugin_name: str) -> None:
        """A misspelt hook would never be asked, and nobody would be told."""
        known = [each for each in dir(hookspecs) if each.startswith(f"{NAME}_")]
        plugin = self.manager.get_plugin(plugin_name)
        for each in dir(plugin):
            if each not in known and self.manager.parse_hookimpl_opts(plugin, each) is not None:
                near = nearest(each, known)
                meant = f"; did you mean '{near}'?" if near else f"; there are {', '.join(known)}"
                self.notes.append(
                    f"the plugin '{name}' of {self._owners[plugin_name]} has a hook '{each}' that does not exist{meant}"
                )

    def without_owners(self, hook: str, kind: type[_D], key: Callable[[_D], str]) -> tuple[_D, ...]:
        return tuple(item for item, _ in self.of(hook, kind, key))

    def of(self, hook: str, kind: type[_D], key: Callable[[_D], str]) -> list[tuple[_D, str]]:
        """What the implementations of a hook yield, in order of registration, without clashes."""
        found: dict[str, tuple[_D, str]] = {}
        for implementation in getattr(self.manager.hook, hook).get_hookimpls():
            owner = self._owners.get(implementation.plugin_name, OURS)
            for descriptor in self._asked(implementation.function, kind, owner):
                name = key(descriptor)
                if name in found:
                    first = found[name][1]
                    self.notes.append(f"'{name}' is registered by {first} and by {owner}; that of {first} is used")
                else:
                    found[name] = (descriptor, owner)
        return list(found.values())

    def _asked(self, function: Callable[[], Iterable[object]], kind: type[_D], owner: str) -> list[_D]:
        try:
            yielded = list(function())
        except Exception as fault:  # noqa: BLE001 (as above)
            self.notes.append(f"{function.__name__} of {owner} is skipped: {_short(fault)}")
            return []
        strange = [item for item in yielded if not isinstance(item, kind)]
        for item in strange:
            self.notes.append(f"{function.__name__} of {owner} gave {item!r}, which is no {kind.__name__}; skipped")
        return [item for item in yielded if isinstance(item, kind)]


def _short(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {fault}"
