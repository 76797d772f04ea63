"""The paths of the machine that a Python comes from do not travel with it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from oci_mlflow_builders.pythons.interpreter import Interpreter
from oci_mlflow_builders.pythons.machine_paths import PLACEHOLDER, without_machine_paths

_CONFIGURATION = PurePosixPath("lib/python3.11/_sysconfigdata__linux.py")


def _python(prefix: str, built_in: str = "") -> Interpreter:
    home = Path(prefix)
    return Interpreter(
        executable=home / "bin" / "python3.11",
        version="3.11.7",
        prefix=home,
        stdlib=home / "lib" / "python3.11",
        include=home / "include",
        built_in=built_in,
    )


def test_a_text_gets_the_placeholder() -> None:
    data = b"LIBDIR = '/home/ann/pythons/3.11.7/lib'"

    changed = without_machine_paths(PurePosixPath("lib/any.txt"), data, _python("/home/ann/pythons/3.11.7"))

    assert f"LIBDIR = '{PLACEHOLDER}/lib'".encode() == changed


def test_the_folder_that_it_was_compiled_in_goes_as_well() -> None:
    python = _python("/home/ann/py", "/tmp/build.1")

    changed = without_machine_paths(_CONFIGURATION, b"'srcdir': '/tmp/build.1/Lib'", python)

    assert f"'srcdir': '{PLACEHOLDER}/build/Lib'".encode() == changed


def test_a_binary_keeps_its_length_and_the_last_part_of_the_path() -> None:
    data = b"\0/home/ann/pythons/3.11.7\0"

    changed = without_machine_paths(PurePosixPath("lib/a.so"), data, _python("/home/ann/pythons/3.11.7"))

    assert len(data) == len(changed)
    assert b"ann" not in changed
    assert changed.endswith(b"/3.11.7\0")


def test_a_prefix_that_all_machines_have_is_replaced_where_it_means_the_python() -> None:
    data = b"'LIBDIR': '/usr/lib', 'prefix': '/usr', 'INSTALL': '/usr/bin/install', 'x': '/opt/usr/lib'"

    changed = without_machine_paths(_CONFIGURATION, data, _python("/usr")).decode()

    assert changed == (
        f"'LIBDIR': '{PLACEHOLDER}/lib', 'prefix': '{PLACEHOLDER}', 'INSTALL': '/usr/bin/install', 'x': '/opt/usr/lib'"
    )


def test_other_texts_of_such_a_python_stay_as_they_are() -> None:
    data = b"paths = ['/usr/lib/mime']"

    assert data == without_machine_paths(PurePosixPath("lib/python3.11/mailcap.py"), data, _python("/usr"))
