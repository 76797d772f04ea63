"""What becomes which layer of an image, and what is in it."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from pathlib import Path

import pytest
from made_prefixes import LONG, made_prefix
from oci_mlflow_builders.archive import TarPacker
from oci_mlflow_builders.conda_prefix.placeholders import OWN
from oci_mlflow_builders.images import splitting
from oci_mlflow_builders.images.environment_layers import environment_layers
from oci_mlflow_builders.images.layer_files import LayerFile

from oci_mlflow_core.errors import ImageBuildError
from oci_mlflow_core.model.pack import BuiltPrefix, PackFile, PackManifest
from oci_mlflow_core.testing.packing import packed_file
from oci_mlflow_core.testing.progress_sink import RecordingStep

_MANIFEST = PackManifest(name="sample", version="1", slug="sample_v1", python="3.11.7")
_SITE = "opt/oci-mlflow/env/lib/python3.11/site-packages"
_PACKAGES = {"big": ("1.0", 40_000), "large": ("2.0", 30_000), "small": ("1.0", 100), "tiny": ("1.0", 10)}


@pytest.fixture(autouse=True)
def _smaller_packages_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LARGE", 20_000)


def _layers(environment: BuiltPrefix | PackFile, folder: Path) -> list[LayerFile]:
    folder.mkdir()
    lock = environment.lock
    assert lock is not None
    return environment_layers(environment, lock, folder, RecordingStep("image"))


def _made(folder: Path, **packages: tuple[str, int]) -> list[LayerFile]:
    built = made_prefix(folder, {**_PACKAGES, **packages})
    return _layers(built, folder.with_name(f"{folder.name}-layers"))


def _names(layer: LayerFile) -> list[str]:
    with tarfile.open(layer.path) as archive:
        return [member.name for member in archive if not member.isdir()]


def _content(layer: LayerFile, name: str) -> bytes:
    with tarfile.open(layer.path) as archive:
        member = archive.extractfile(name)
        assert member is not None
        return member.read()


def _changed(before: list[LayerFile], after: list[LayerFile]) -> list[str]:
    old = {layer.layer.digest for layer in before}
    return [layer.layer.what for layer in after if layer.layer.digest not in old]


def test_python_then_each_large_package_then_the_rest(tmp_path: Path) -> None:
    layers = _made(tmp_path / "prefix")

    assert [layer.layer.what for layer in layers] == ["python 3.11.7", "big 1.0", "large 2.0", "2 packages"]


def test_a_package_is_whole_in_its_layer_with_its_program(tmp_path: Path) -> None:
    layers = _made(tmp_path / "prefix")

    assert _names(layers[1]) == [
        "opt/oci-mlflow/env/bin/big",
        f"{_SITE}/big-1.0.dist-info/METADATA",
        f"{_SITE}/big-1.0.dist-info/RECORD",
        f"{_SITE}/big/__init__.py",
        f"{_SITE}/big/data.bin",
    ]


def test_another_version_of_a_large_package_changes_its_layer_only(tmp_path: Path) -> None:
    changed = _changed(_made(tmp_path / "one"), _made(tmp_path / "two", big=("1.1", 50_000)))

    assert changed == ["big 1.1"]


def test_another_version_of_a_small_package_changes_the_layer_of_the_rest_only(tmp_path: Path) -> None:
    changed = _changed(_made(tmp_path / "one"), _made(tmp_path / "two", small=("1.1", 200)))

    assert changed == ["2 packages"]


def test_a_further_large_package_adds_a_layer_only(tmp_path: Path) -> None:
    changed = _changed(_made(tmp_path / "one"), _made(tmp_path / "two", huge=("1.0", 90_000)))

    assert changed == ["huge 1.0"]


def test_equal_prefixes_in_other_folders_give_equal_layers(tmp_path: Path) -> None:
    assert _changed(_made(tmp_path / "one"), _made(tmp_path / "another folder")) == []


def test_a_pack_gives_the_layers_of_its_prefix(tmp_path: Path) -> None:
    built = made_prefix(tmp_path / "prefix", _PACKAGES)
    pack = packed_file(TarPacker(), built, _MANIFEST, tmp_path / "pack.tar.gz", RecordingStep("pack"))

    of_pack = _layers(pack, tmp_path / "of-pack")

    assert of_pack[0].layer == _layers(built, tmp_path / "of-prefix")[0].layer
    assert _changed(_layers(built, tmp_path / "again"), of_pack) == []


def test_texts_name_the_place_in_the_image(tmp_path: Path) -> None:
    layers = _made(tmp_path / "prefix")

    assert _content(layers[0], "opt/oci-mlflow/env/lib/python3.11/settings.py") == (
        b"PREFIX = '/opt/oci-mlflow/env/share'\n"
    )
    assert OWN.encode() not in _content(layers[0], "opt/oci-mlflow/env/bin/activate")


def test_strings_of_binaries_name_the_place_in_the_image_and_keep_their_length(tmp_path: Path) -> None:
    layers = _made(tmp_path / "prefix")

    padding = "\0" * (len(LONG) - len("/opt/oci-mlflow/env"))
    assert _content(layers[0], "opt/oci-mlflow/env/lib/libpython.so") == (
        f"\x7fELF\0/opt/oci-mlflow/env/lib{padding}\0after\0".encode()
    )


def test_what_serves_to_move_the_environment_is_left_out(tmp_path: Path) -> None:
    names = {name for layer in _made(tmp_path / "prefix") for name in _names(layer)}

    assert "opt/oci-mlflow/env/bin/conda-unpack" not in names
    assert "opt/oci-mlflow/env/share/oci-mlflow/lock.json" not in names


def test_folders_and_files_are_of_root_and_readable_by_all(tmp_path: Path) -> None:
    layer = _made(tmp_path / "prefix")[0]

    with tarfile.open(layer.path) as archive:
        members = archive.getmembers()
    assert {(member.uid, member.gid, member.mtime) for member in members} == {(0, 0, 315_532_800)}
    assert [member.name for member in members][:3] == ["opt", "opt/oci-mlflow", "opt/oci-mlflow/env"]
    assert all(member.mode & 0o444 == 0o444 for member in members)


def test_bytes_of_a_layer_are_those_that_its_digests_say(tmp_path: Path) -> None:
    layer = _made(tmp_path / "prefix")[0]

    packed = layer.path.read_bytes()
    assert layer.layer.digest == f"sha256:{hashlib.sha256(packed).hexdigest()}"
    assert layer.diff_id == f"sha256:{hashlib.sha256(gzip.decompress(packed)).hexdigest()}"
    assert layer.layer.size == len(packed)


def test_another_projects_conda_unpack_is_refused(tmp_path: Path) -> None:
    built = made_prefix(tmp_path / "prefix", _PACKAGES)
    (built.path / "bin" / "conda-unpack").write_text("#!/bin/sh\nexit 0\n")

    with pytest.raises(ImageBuildError) as caught:
        _layers(built, tmp_path / "layers")

    assert str(caught.value) == (
        "the layers image builder failed: bin/conda-unpack of the environment does not say which files name their own "
        "place"
    )


def test_a_link_out_of_the_environment_is_refused(tmp_path: Path) -> None:
    built = made_prefix(tmp_path / "prefix", _PACKAGES)
    (built.path / "lib" / "out").symlink_to("/etc/passwd")

    with pytest.raises(ImageBuildError) as caught:
        _layers(built, tmp_path / "layers")

    assert str(caught.value) == (
        "the layers image builder failed: lib/out is a link to /etc/passwd, outside of the environment"
    )


def test_conda_packages_are_told_apart_by_their_notes(tmp_path: Path) -> None:
    built = made_prefix(tmp_path / "prefix", _PACKAGES)
    for name, size in (("mkl", 60_000), ("zlib", 10)):
        library = built.path / "lib" / f"lib{name}.so"
        library.write_bytes(name.encode() * size)
        note = built.path / "conda-meta" / f"{name}-1-0.json"
        note.write_text(
            f'{{"name": "{name}", "version": "1", "paths_data": {{"paths": [{{"_path": "lib/lib{name}.so"}}]}}}}'
        )

    layers = _layers(built, tmp_path / "layers")

    assert [layer.layer.what for layer in layers] == [
        "python 3.11.7 and 1 package",
        "mkl 1",
        "big 1.0",
        "large 2.0",
        "2 packages",
    ]
