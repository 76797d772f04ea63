from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pluggy

from oci_mlflow_core import hookspecs
from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_plugin.adapters import filesystem_packs
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home


def test_the_store_is_registered_for_oci_uris_on_this_machine(tmp_path: Path) -> None:
    plugins = pluggy.PluginManager(hookspecs.NAME)
    plugins.add_hookspecs(hookspecs)
    plugins.register(filesystem_packs)

    ((descriptor,),) = [list(found) for found in plugins.hook.oci_mlflow_register_pack_stores()]

    assert (descriptor.scheme, descriptor.region) == ("oci", "local")
    session = Session(target=Target(region="local"), home=tmp_path)
    assert FolderPackStore(Home(tmp_path)) == descriptor.factory(session)


def test_registering_imports_no_store() -> None:
    program = (
        "import sys, oci_mlflow_plugin.adapters.filesystem_packs as f; list(f.oci_mlflow_register_pack_stores());"
        "print([n for n in sys.modules if n.startswith('oci_mlflow_plugin.adapters')])"
    )

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert printed == "['oci_mlflow_plugin.adapters', 'oci_mlflow_plugin.adapters.filesystem_packs']\n"
