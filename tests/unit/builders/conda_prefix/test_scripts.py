"""Scripts that name a Python of the prefix get a head that finds the one beside them."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.conda_prefix.scripts import ScriptHeads

HEAD = b"""#!/bin/sh
'''exec' "$(dirname -- "$(readlink -f -- "$0")")/python"%s "$0" "$@"
' '''
"""


@pytest.mark.parametrize(
    "script",
    [
        b"#!/env/bin/python\nrest\n",
        b"#!/env/bin/python3.11\r\nrest\n",
        b"#! /env/bin/python3\nrest\n",
        # pip and uv, where the path is too long or has spaces
        b"#!/bin/sh\n'''exec' /env/bin/python3.11 \"$0\" \"$@\"\n' '''\nrest\n",
        b"#!/bin/sh\n'''exec' '/env/bin/python' \"$0\" \"$@\"\n' '''\nrest\n",
        # conda, rattler and mamba there
        b"#!/bin/sh\n'''exec' \"/env/bin/python3.11\" \"$0\" \"$@\" #'''\nrest\n",
    ],
)
def test_every_tools_way_of_naming_a_python_is_known(script: bytes) -> None:
    assert ScriptHeads([b"/env"]).relocatable(script) == HEAD % b"" + b"rest\n"


def test_options_of_the_python_are_kept() -> None:
    assert ScriptHeads([b"/env"]).relocatable(b"#!/env/bin/python3 -s -E\nrest\n") == HEAD % b" -s -E" + b"rest\n"


def test_another_program_can_be_named() -> None:
    heads = ScriptHeads([b"/env"], [b"/usr/bin/python3.12"])

    assert heads.relocatable(b"#!/usr/bin/python3.12\nrest\n") == HEAD % b"" + b"rest\n"


@pytest.mark.parametrize(
    "script",
    [
        b"#!/usr/bin/python3\nrest\n",
        b"#!/env2/bin/python\nrest\n",
        b"#!/env/bin/perl\nrest\n",
        b"print('#!/env/bin/python')\n",
        b"",
    ],
)
def test_other_scripts_are_left_alone(script: bytes) -> None:
    assert ScriptHeads([b"/env"]).relocatable(script) is None
