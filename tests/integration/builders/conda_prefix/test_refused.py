"""What would be silently wrong is an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from integration.builders.conda_prefix.installing import Installer, lay
from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.settling import settle


def _error(prefix: Path) -> SettlingError:
    with pytest.raises(SettlingError) as caught:
        settle(prefix)
    return caught.value


def test_a_package_that_pip_upgraded_is_named_with_what_replaced_it(prefix: Path, wheels: Path) -> None:
    lay(prefix, wheels, "six==1.17.0")

    fault = _error(prefix)

    minor = next(prefix.glob("lib/python3.*")).name
    assert str(fault) == (
        "conda's six 1.16.0 was installed over by pip's six 1.17.0: "
        f"its lib/{minor}/site-packages/six-1.16.0.dist-info/INSTALLER is gone"
    )
    assert fault.hint == (
        "Ask for the package in one place, the conda part or the pip part, or for the same version in both."
    )


def test_a_text_that_was_edited_is_not_taken_for_the_packages(installer: Installer, prefix: Path) -> None:
    file = prefix / "etc" / "prefixprobe.conf"
    file.write_text(f"{file.read_text()}# by hand\n")
    installer.forget()

    fault = _error(prefix)

    assert str(fault) == (
        "etc/prefixprobe.conf of prefixprobe 1.0 was changed after it was installed: putting its placeholder back does "
        "not give the package's own bytes, and the package is not in the cache (no cache)"
    )


def test_a_library_that_was_altered_is_found(prefix: Path) -> None:
    library = next((prefix / "lib").glob("libssl.so.*"))
    data = bytearray(library.read_bytes())
    data[-1] ^= 1
    library.unlink()
    library.write_bytes(data)

    assert str(_error(prefix)).endswith(f" was installed over: its lib/{library.name} is not as it brought it")


def test_a_binary_that_was_built_in_the_prefix_is_named(prefix: Path) -> None:
    (prefix / "lib" / "built-here.so").write_bytes(b"\x7fELF\0" + str(prefix / "lib").encode() + b"\0")

    fault = _error(prefix)

    assert str(fault) == (
        f"lib/built-here.so holds the path that the environment was built at, {prefix}, and it is no text"
    )


def test_a_prefix_is_settled_once(prefix: Path) -> None:
    settle(prefix)

    assert str(_error(prefix)) == f"{prefix} has been settled before: it has bin/conda-unpack"


def test_a_folder_that_conda_did_not_make_is_refused(tmp_path: Path) -> None:
    assert str(_error(tmp_path)) == f"{tmp_path} is not an environment that conda made: it has no conda-meta/*.json"
