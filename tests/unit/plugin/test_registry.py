"""Which back ends there are."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from oci_mlflow_core.hookspecs import EnvBuilderDescriptor, hookimpl
from oci_mlflow_core.ports.env_builder import EnvBuilder
from oci_mlflow_plugin.registry import Registry, load_registry

Plug = Callable[..., Registry]


def never() -> EnvBuilder:
    raise AssertionError("nothing is made before it is chosen")


def builder(name: str) -> EnvBuilderDescriptor:
    return EnvBuilderDescriptor(name=name, summary="A builder", builds="nothing", factory=never)


class Registering:
    """Registers the builders of these names."""

    def __init__(self, *names: str) -> None:
        self._names = names

    @hookimpl
    def oci_mlflow_register_env_builders(self) -> Iterable[EnvBuilderDescriptor]:
        return [builder(name) for name in self._names]


class Raising:
    @hookimpl
    def oci_mlflow_register_env_builders(self) -> Iterable[EnvBuilderDescriptor]:
        raise RuntimeError("the licence has expired")


class RaisingLate:
    @hookimpl
    def oci_mlflow_register_env_builders(self) -> Iterable[EnvBuilderDescriptor]:
        yield builder("first")
        raise RuntimeError("the licence has expired")


class Strange:
    @hookimpl
    def oci_mlflow_register_env_builders(self) -> Iterable[object]:
        return ["not a descriptor", builder("sane")]


class Misspelt:
    @hookimpl
    def oci_mlflow_register_env_builder(self) -> Iterable[EnvBuilderDescriptor]:
        return [builder("never")]


class OfAnotherSignature:
    @hookimpl
    def oci_mlflow_register_env_builders(self, session: object) -> Iterable[EnvBuilderDescriptor]:
        raise AssertionError(session)


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plug:
    """Installs distributions of one plugin each, and loads the registry."""

    def load(**plugins: object) -> Registry:
        for name, plugin in plugins.items():
            module = types.ModuleType(f"module_of_{name}")
            module.plugin = plugin  # type: ignore[attr-defined]
            monkeypatch.setitem(sys.modules, module.__name__, module)
            folder = tmp_path / f"dist_{name}-1.0.dist-info"
            folder.mkdir()
            (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: dist-{name}\nVersion: 1.0\n")
            (folder / "entry_points.txt").write_text(f"[oci_mlflow]\n{name} = module_of_{name}:plugin\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        return load_registry()

    return load


BUILT_IN = ["rattler", "uv", "conda", "docker"]
OURS = dict.fromkeys(BUILT_IN, "oci-mlflow-plugin")


def names(registry: Registry) -> list[str]:
    return [each.name for each in registry.builders]


def test_the_built_in_back_ends_are_there(plug: Plug) -> None:
    registry = plug()

    assert names(registry) == BUILT_IN
    assert [(each.scheme, each.region) for each in registry.pack_stores] == [("oci", "local"), ("oci", "*")]
    assert [each.region for each in registry.services] == ["local", "*"]
    assert [each.name for each in registry.sources] == ["mlflow"]
    assert registry.notes == ()


def test_what_others_register_comes_after_the_built_in(plug: Plug) -> None:
    registry = plug(b=Registering("two"), a=Registering("one", "three"))

    assert names(registry) == [*BUILT_IN, "one", "three", "two"]
    assert registry.owners == {**OURS, "one": "dist-a", "three": "dist-a", "two": "dist-b"}
    assert registry.notes == ()


def test_of_two_strangers_with_one_name_the_first_is_used_and_both_are_named(plug: Plug) -> None:
    registry = plug(a=Registering("same"), b=Registering("same"))

    assert registry.owners["same"] == "dist-a"
    assert registry.notes == ("'same' is registered by dist-a and by dist-b; that of dist-a is used",)


@pytest.mark.parametrize("plugin", [Raising(), RaisingLate()])
def test_a_hook_that_raises_is_named_and_skipped(plug: Plug, plugin: object) -> None:
    registry = plug(a=plugin, b=Registering("two"))

    assert names(registry) == [*BUILT_IN, "two"]
    assert registry.notes == (
        "oci_mlflow_register_env_builders of dist-a is skipped: RuntimeError: the licence has expired",
    )


def test_what_is_no_descriptor_is_named_and_the_rest_is_taken(plug: Plug) -> None:
    registry = plug(a=Strange())

    assert names(registry) == [*BUILT_IN, "sane"]
    assert registry.notes == (
        "oci_mlflow_register_env_builders of dist-a gave 'not a descriptor', which is no EnvBuilderDescriptor; skipped",
    )


def test_a_hook_that_does_not_exist_is_named(plug: Plug) -> None:
    registry = plug(a=Misspelt())

    assert names(registry) == BUILT_IN
    told = (
        "the plugin 'a' of dist-a has a hook 'oci_mlflow_register_env_builder' that does not exist; "
        "did you mean 'oci_mlflow_register_env_builders'?"
    )
    assert registry.notes == (told,)


def test_a_hook_of_another_signature_is_named_and_skipped(plug: Plug) -> None:
    registry = plug(a=OfAnotherSignature(), b=Registering("two"))

    assert names(registry) == [*BUILT_IN, "two"]
    assert len(registry.notes) == 1
    assert registry.notes[0].startswith(
        "the plugin 'a' of dist-a is skipped, it cannot be loaded: PluginValidationError"
    )
