"""The list of files that conda installs from."""

from __future__ import annotations

from pathlib import PurePosixPath

from oci_mlflow_builders.conda.archives import archives_of, explicit_file

from oci_mlflow_core.model.environment import Lock, LockedCondaPackage, LockedPython, Platform


def _package(name: str, channel: str, md5: str = "") -> LockedCondaPackage:
    return LockedCondaPackage(
        name=name,
        version="1.0",
        build="0",
        channel=channel,
        subdir="noarch",
        filename=f"{name}-1.0-0.conda",
        sha256=64 * "a",
        md5=md5,
    )


def _lock(*packages: LockedCondaPackage) -> Lock:
    python = LockedPython(version="3.11.7", kind="conda")
    return Lock(builder="conda", platform=Platform.LINUX_64, python=python, conda=packages)


def test_each_archive_is_named_with_its_checksum_in_the_order_of_the_lock() -> None:
    lock = _lock(_package("two", "https://example.com/own", md5="b" * 32), _package("one", "conda-forge"))

    text = explicit_file(archives_of(lock), PurePosixPath("/a folder"))

    assert text.splitlines() == [
        "@EXPLICIT",
        f"file:///a%20folder/1/noarch/two-1.0-0.conda#{32 * 'b'}",
        "file:///a%20folder/0/noarch/one-1.0-0.conda",
    ]


def test_archives_of_two_channels_with_one_name_do_not_meet() -> None:
    first, second = archives_of(_lock(_package("one", "a"), _package("one", "b")))

    assert first.path != second.path
