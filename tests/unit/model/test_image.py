"""Names, platforms and recipes of container images."""

from __future__ import annotations

from pathlib import PurePosixPath

import attrs
import pytest

from oci_mlflow_core.model.environment import Platform
from oci_mlflow_core.model.image import ImagePlatform, ImageRecipe, ImageReference, ImageServer, ServerFile

DIGEST = f"sha256:{'1' * 64}"
RECIPE = ImageRecipe(
    base=ImageReference("registry.example.com", "base", "1", DIGEST),
    platform=ImagePlatform.LINUX_AMD64,
    lock_digest="2" * 64,
    server_digest="3" * 64,
    port=8080,
)
SERVER = ImageServer(files=(ServerFile(PurePosixPath("a.py"), b"1"),), command=("-m", "a"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("iad.ocir.io/team/fraud:1", ("iad.ocir.io", "team/fraud", "1", "")),
        ("iad.ocir.io/team/fraud", ("iad.ocir.io", "team/fraud", "", "")),
        (f"iad.ocir.io/team/fraud@{DIGEST}", ("iad.ocir.io", "team/fraud", "", DIGEST)),
        (f"iad.ocir.io/team/fraud:1@{DIGEST}", ("iad.ocir.io", "team/fraud", "1", DIGEST)),
        ("localhost:5000/fraud:1", ("localhost:5000", "fraud", "1", "")),
        ("localhost/fraud", ("localhost", "fraud", "", "")),
        ("[::1]:5000/fraud:1", ("[::1]:5000", "fraud", "1", "")),
        ("python:3.11", ("docker.io", "library/python", "3.11", "")),
        ("team/fraud", ("docker.io", "team/fraud", "", "")),
    ],
)
def test_a_name_has_its_parts(text: str, parts: tuple[str, ...]) -> None:
    assert attrs.astuple(ImageReference.parse(text)) == parts


@pytest.mark.parametrize("text", ["iad.ocir.io/team/fraud:1", f"localhost:5000/fraud:1@{DIGEST}"])
def test_a_name_with_a_registry_is_written_as_it_was_read(text: str) -> None:
    assert str(ImageReference.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("iad.ocir.io/Team/fraud", "'Team' is not lower-case letters and digits with '.', '_' or '-' between them"),
        ("iad.ocir.io/team/fraud:-1", "the tag '-1' is not up to 128 letters, digits, '.', '_' and '-'"),
        ("iad.ocir.io/team/fraud@sha256:1", "the digest 'sha256:1' is not sha256: and 64 hexadecimal digits"),
        ("-.ocir.io/team/fraud", "'-.ocir.io' is not the name of a registry"),
        ("", "'' is not lower-case letters and digits with '.', '_' or '-' between them"),
    ],
)
def test_what_is_no_name_is_told_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match="is not the name of an image") as fault:
        ImageReference.parse(text)

    assert str(fault.value) == f"'{text}' is not the name of an image: {reason}"


@pytest.mark.parametrize(
    ("platform", "image"),
    [(Platform.LINUX_64, ImagePlatform.LINUX_AMD64), (Platform.LINUX_AARCH64, ImagePlatform.LINUX_ARM64)],
)
def test_an_image_runs_environments_of_its_platform(platform: Platform, image: ImagePlatform) -> None:
    assert ImagePlatform.of(platform) is image


def test_no_image_runs_environments_of_a_mac() -> None:
    with pytest.raises(ValueError, match="container images are for Linux, not for osx-arm64"):
        ImagePlatform.of(Platform.OSX_ARM64)


def test_a_tag_ends_in_the_recipes_digest() -> None:
    assert RECIPE.tag("fraud") == f"fraud-{RECIPE.digest[:12]}"


@pytest.mark.parametrize(
    "other",
    [
        {"base": RECIPE.base.pinned(f"sha256:{'9' * 64}")},
        {"platform": ImagePlatform.LINUX_ARM64},
        {"lock_digest": "9" * 64},
        {"server_digest": "9" * 64},
        {"port": 8081},
    ],
    ids=str,
)
def test_whatever_decides_about_the_image_changes_its_digest(other: dict[str, object]) -> None:
    changed = attrs.evolve(RECIPE, **other)  # type: ignore[arg-type]

    assert changed.digest != RECIPE.digest


def test_the_tag_of_the_base_does_not_change_the_digest() -> None:
    moved = attrs.evolve(RECIPE, base=attrs.evolve(RECIPE.base, tag="2"))

    assert moved.digest == RECIPE.digest


@pytest.mark.parametrize(
    "other",
    [
        {"files": (ServerFile(PurePosixPath("a.py"), b"2"),)},
        {"files": (ServerFile(PurePosixPath("a.py"), b"1", 0o755),)},
        {"requirements": ("uvicorn==1",)},
        {"command": ("-m", "b")},
        {"environment": {"PORT": "1"}},
    ],
    ids=["content", "mode", "requirements", "command", "environment"],
)
def test_every_part_of_the_server_changes_its_digest(other: dict[str, object]) -> None:
    changed = attrs.evolve(SERVER, **other)  # type: ignore[arg-type]

    assert changed.digest != SERVER.digest
