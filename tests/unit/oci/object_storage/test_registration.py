"""How the pack store is found."""

from __future__ import annotations

import subprocess
import sys

from oci_mlflow_plugin.registry import load_registry


def test_it_is_registered_for_every_region_but_this_machine() -> None:
    registered = {(each.scheme, each.region) for each in load_registry().pack_stores}

    assert registered == {("oci", "local"), ("oci", "*")}


def test_registering_does_not_import_the_sdk() -> None:
    code = "import sys, oci_mlflow_plugin.adapters.oci.object_storage; print([m for m in sys.modules if m == 'oci'])"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed == "[]\n"
