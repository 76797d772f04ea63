from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import oci_mlflow_plugin.adapters.local
from oci_mlflow_core.errors import ConflictError
from oci_mlflow_plugin.adapters.local.identity import is_deployment_id, is_model_id, new_deployment_id, new_model_id
from oci_mlflow_plugin.adapters.local.launching import listen

_LOCAL = Path(oci_mlflow_plugin.adapters.local.__file__).parent


def test_a_port_in_use_is_a_conflict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConflictError) as refused:
        listen(taken.getsockname()[1])

    assert str(refused.value).endswith(" of 127.0.0.1 is in use by another program")


def test_ids_have_the_form_of_ocids_and_are_never_paths() -> None:
    deployment, model = new_deployment_id(), new_model_id()

    assert is_deployment_id(deployment)
    assert is_model_id(model)
    assert not is_model_id(deployment)
    assert not is_deployment_id(deployment[:-1] + "/")
    assert not is_deployment_id(deployment + "\n")
    assert not is_deployment_id("../" + deployment)


def test_the_supervisor_and_the_server_need_the_standard_library_alone() -> None:
    names = ["supervision.main", "serving.run", "serving.standard_server", "serving.wsgi"]
    code = (
        "import importlib, json, runpy, sys;"
        f"runpy.run_path({str(_LOCAL / 'boot.py')!r}, run_name='boot')['stand_in_for_packages']();"
        f"[importlib.import_module('oci_mlflow_plugin.adapters.local.' + name) for name in {names}];"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )

    finished = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)

    foreign = set(json.loads(finished.stdout)) - sys.stdlib_module_names - {"oci_mlflow_plugin", "__main__"}
    assert foreign == set()


def test_registering_the_service_imports_nothing_heavy() -> None:
    code = (
        "import sys, attrs; before = set(sys.modules);"  # attrs imports subprocess itself on Python 3.10
        "import oci_mlflow_plugin.adapters.local as l; list(l.oci_mlflow_register_deploy_services());"
        "heavy = {'cattrs', 'ctypes', 'http.client', 'ruamel', 'subprocess'};"
        "print(sorted(heavy & (set(sys.modules) - before)))"
    )

    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert finished.stdout.strip() == "[]"
