"""What is found out about images in a real registry."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rig.registry.running import Registry
from rig.registry.small_images import Pusher, layer_of

from oci_mlflow_core.model.image import ImageFacts, ImagePlatform, ImageReference
from oci_mlflow_plugin.adapters.image_registry.registry import HttpImageRegistry

_CURL = {"usr/bin/curl": 3000 * b"curl"}
_OTHER = {"etc/motd": b"hello"}
_AMD64, _ARM64 = ImagePlatform.LINUX_AMD64, ImagePlatform.LINUX_ARM64


@pytest.fixture
def images(environ: dict[str, str]) -> HttpImageRegistry:
    return HttpImageRegistry(environ)


def _facts(images: HttpImageRegistry, registry: Registry, layers: Sequence[bytes], **more: Any) -> ImageFacts:
    Pusher(registry, "asked/one").image("1", layers, **more)
    reference = ImageReference(registry.address, "asked/one", "1")
    facts = images.inspect(reference, _AMD64, curl=True)
    assert facts is not None
    return facts


def _index(registry: Registry, repository: str, *architectures: str) -> tuple[ImageReference, dict[str, str]]:
    """An index with an image for each of the architectures, and their digests."""
    pusher = Pusher(registry, repository)
    digests = {name: pusher.image(name, [layer_of({name: b""})], architecture=name) for name in architectures}
    pusher.index("1", digests)
    return ImageReference(registry.address, repository, "1"), digests


def test_a_program_of_any_layer_is_found(images: HttpImageRegistry, registry: Registry) -> None:
    assert _facts(images, registry, [layer_of(_CURL), layer_of(_OTHER)]).has_curl is True
    assert _facts(images, registry, [layer_of(_OTHER), layer_of(_CURL)]).has_curl is True


def test_a_program_that_is_nowhere_is_not_found(images: HttpImageRegistry, registry: Registry) -> None:
    assert _facts(images, registry, [layer_of(_OTHER), layer_of({"opt/curl": b""})]).has_curl is False


def test_a_program_that_a_small_layer_above_removes_is_not_found(images: HttpImageRegistry, registry: Registry) -> None:
    removed = layer_of({"usr/bin/.wh.curl": b""})

    assert _facts(images, registry, [layer_of(_CURL), removed]).has_curl is False


def test_a_layer_that_cannot_be_read_leaves_it_open(images: HttpImageRegistry, registry: Registry) -> None:
    no_archive = gzip.compress(b"not an archive at all", mtime=0)

    assert _facts(images, registry, [no_archive]).has_curl is None


def test_what_the_configuration_says(images: HttpImageRegistry, registry: Registry) -> None:
    config = {
        "Cmd": ["run"],
        "Entrypoint": ["/bin/init", "--"],
        "Env": ["PATH=/bin", "EMPTY=", "EQUAL=a=b"],
        "Labels": {"a": "b"},
        "User": "1000",
        "ExposedPorts": {"8080/tcp": {}, "5001": {}},
    }

    facts = _facts(images, registry, [layer_of(_OTHER)], config=config)

    assert (facts.cmd, facts.entrypoint) == (("run",), ("/bin/init", "--"))
    assert facts.env == {"PATH": "/bin", "EMPTY": "", "EQUAL": "a=b"}
    assert (facts.labels, facts.user, facts.exposed_ports) == ({"a": "b"}, "1000", (5001, 8080))


def test_an_index_gives_the_image_of_the_platform(images: HttpImageRegistry, registry: Registry) -> None:
    reference, digests = _index(registry, "asked/index", "arm64", "amd64")

    assert images.resolve(reference, _AMD64) == digests["amd64"]
    assert images.resolve(reference, _ARM64) == digests["arm64"]


def test_an_index_without_the_platform_gives_another_of_its_images(
    images: HttpImageRegistry, registry: Registry
) -> None:
    reference, _ = _index(registry, "asked/arm", "arm64")

    facts = images.inspect(reference, _AMD64)

    assert facts is not None
    assert facts.platform == "linux/arm64"
    assert images.resolve(reference, _AMD64) is None


def test_the_digest_of_an_index_is_what_its_tag_names(images: HttpImageRegistry, registry: Registry) -> None:
    reference, digests = _index(registry, "asked/named", "amd64")

    facts = images.inspect(reference, _AMD64)

    assert facts is not None
    assert facts.digest not in digests.values()
    assert images.inspect(reference.pinned(facts.digest), _AMD64) is not None


def test_a_login_of_netrc_is_not_taken_for_the_registrys(
    images: HttpImageRegistry, registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reference, digests = _index(registry, "asked/netrc", "amd64")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login mallory password other\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    assert images.resolve(reference, _AMD64) == digests["amd64"]
