"""What the uv builder makes of requests."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import attrs
import pytest
from integration.builders.environments import Workshop, said_by, wheels_only
from tiny_wheels import make_wheel, sha256_of, shipped

from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, LockedRequirement, PipOptions

_HERE = f"=={'.'.join(platform.python_version_tuple()[:2])}.*"


def _versions(prefix: Path, *names: str) -> object:
    code = f"import importlib.metadata as m, json; print(json.dumps([m.version(name) for name in {names!r}]))"
    return said_by(prefix, code)


def test_the_lock_names_version_and_hash_and_no_path(workshop: Workshop, wheels: Path) -> None:
    lock = workshop.lock(wheels_only(_HERE, wheels, "tiny"))

    digest = sha256_of(wheels / "tiny-1.0-py3-none-any.whl")
    assert (LockedRequirement(name="tiny", version="1.0", hashes=(f"sha256:{digest}",)),) == lock.pip
    assert str(wheels.parent) not in lock.to_text()


def test_console_scripts_run_from_any_path(workshop: Workshop, wheels: Path) -> None:
    prefix = workshop.unpacked(wheels_only(_HERE, wheels, "tiny"))

    answer = subprocess.run([str(prefix / "bin" / "tiny")], capture_output=True, text=True, check=True)

    assert f"tiny {prefix.resolve()}\n" == answer.stdout


def test_the_lists_of_installed_files_are_true(workshop: Workshop, wheels: Path) -> None:
    prefix = workshop.unpacked(wheels_only(_HERE, wheels, "tiny"))

    wrong = said_by(
        prefix,
        "import base64, hashlib, importlib.metadata as m, json\n"
        "h = lambda p: base64.urlsafe_b64encode(hashlib.sha256(p.read_bytes()).digest()).rstrip(b'=').decode()\n"
        "files = [f for d in m.distributions() for f in d.files]\n"
        "print(json.dumps([str(f) for f in files if f.hash and f.hash.value != h(f.locate())]))",
    )

    assert wrong == []


def test_there_is_no_pip_unless_it_was_asked_for(workshop: Workshop, wheels: Path) -> None:
    prefix = workshop.unpacked(wheels_only(_HERE, wheels, "tiny"))

    names = said_by(
        prefix, "import importlib.metadata as m, json; print(json.dumps([d.name for d in m.distributions()]))"
    )

    assert names == ["tiny"]


def test_a_wheel_of_the_model_wins_over_a_newer_one_of_the_index(
    workshop: Workshop, wheels: Path, tmp_path: Path
) -> None:
    make_wheel(wheels, "own", "9.0")
    own = make_wheel(tmp_path / "model" / "code", "own", "1.5")
    request = attrs.evolve(wheels_only(_HERE, wheels, "own"), wheels=(shipped(own),))

    prefix = workshop.unpacked(request)

    assert _versions(prefix, "own") == ["1.5"]


def test_a_wheel_of_the_model_wins_over_other_bytes_of_the_same_version(
    workshop: Workshop, wheels: Path, tmp_path: Path
) -> None:
    make_wheel(wheels, "own", "1.5", files={"own.py": "origin = 'index'\n"})
    own = make_wheel(tmp_path / "model" / "code", "own", "1.5", files={"own.py": "origin = 'model'\n"})
    request = attrs.evolve(wheels_only(_HERE, wheels, "own"), wheels=(shipped(own),))

    prefix = workshop.unpacked(request)

    assert said_by(prefix, "import json, own; print(json.dumps(own.origin))") == "model"


def test_a_wheel_of_the_model_may_be_asked_for_by_its_path(workshop: Workshop, tmp_path: Path) -> None:
    own = make_wheel(tmp_path / "model" / "code", "own", "1.5")
    request = EnvironmentRequest(
        python=_HERE,
        pip=(f"own @ file:///gone/{own.name}",),
        wheels=(shipped(own),),
        pip_options=PipOptions(no_index=True),
    )

    lock = workshop.lock(request)

    assert [(locked.name, locked.version, locked.url) for locked in lock.pip] == [("own", "1.5", "")]


def test_a_path_of_another_machine_is_explained(workshop: Workshop) -> None:
    request = EnvironmentRequest(python=_HERE, pip=("own @ file:///home/ann/own-1.0-py3-none-any.whl",))

    with pytest.raises(BuildError) as caught:
        workshop.lock(request)

    assert str(caught.value) == (
        "the uv builder failed to lock the environment: the requirement "
        "'own @ file:///home/ann/own-1.0-py3-none-any.whl' is a path of another machine, "
        "and no such wheel is in the model"
    )
    assert caught.value.hint == "Log the model with the wheel among its code_paths, so that it travels with it."


def test_a_conflict_is_explained(workshop: Workshop, wheels: Path) -> None:
    make_wheel(wheels, "wants-two", requires=("tiny>=2",))

    with pytest.raises(UnsolvableEnvironmentError) as caught:
        workshop.lock(wheels_only(_HERE, wheels, "tiny", "wants-two"))

    assert str(caught.value).startswith(
        "the uv builder failed to lock the environment: no versions meet all requirements\n  | Because "
    )
    assert "wants-two" in str(caught.value)


def test_conda_only_packages_are_refused_by_name(workshop: Workshop) -> None:
    request = EnvironmentRequest(python=_HERE, pip=(), conda=("r-base",))

    with pytest.raises(UnsolvableEnvironmentError) as caught:
        workshop.lock(request)

    assert caught.value.reason == "conda.yaml asks conda for the package r-base, and uv installs from pip indexes only"


def test_no_python_of_that_version_says_what_was_found(workshop: Workshop) -> None:
    with pytest.raises(BuildError) as caught:
        workshop.lock(EnvironmentRequest(python="3.27.1", pip=()))

    assert caught.value.reason.startswith(
        "no Python 3.27.1 is on this machine, and uv's own was not taken because downloads are turned off; found: "
    )
    assert "OCI_MLFLOW_PYTHON" in caught.value.hint


def test_a_text_that_is_no_version_is_explained(workshop: Workshop) -> None:
    with pytest.raises(BuildError) as caught:
        workshop.lock(EnvironmentRequest(python="three", pip=()))

    assert caught.value.reason == "'three' is neither a Python version nor a specifier such as '>=3.9,<3.12'"


def test_another_patch_version_is_taken_and_told(workshop: Workshop) -> None:
    minor = ".".join(platform.python_version_tuple()[:2])

    lock = workshop.lock(EnvironmentRequest(python=f"{minor}.59", pip=()))

    assert lock.python.version.startswith(f"{minor}.")
    assert workshop.step.outcome is not None
    assert workshop.step.outcome.endswith(f"; {minor}.59 was asked for and is not here)")


def test_a_hash_that_is_not_the_locks_is_refused(workshop: Workshop, wheels: Path) -> None:
    request = wheels_only(_HERE, wheels, "tiny")
    lock = workshop.lock(request)
    make_wheel(wheels, "tiny", files={"tiny.py": "other = True\n"})
    workshop.variables = {"UV_CACHE_DIR": str(workshop.new("cold-cache"))}

    with pytest.raises(BuildError) as caught:
        workshop.pack(request, lock)

    assert caught.value.stage == "build"
    assert "Hash mismatch for `tiny==1.0`" in caught.value.reason


def test_a_python_that_is_gone_is_told(workshop: Workshop, wheels: Path) -> None:
    request = wheels_only(_HERE, wheels, "tiny")
    lock = workshop.lock(request)
    gone = attrs.evolve(lock, python=attrs.evolve(lock.python, sha256=64 * "0"))

    with pytest.raises(BuildError) as caught:
        workshop.pack(request, gone)

    assert caught.value.reason.startswith(f"the Python {lock.python.version} of the lock is not on this machine; found")
    assert caught.value.hint == "Lock again with -C relock=true, or build where the lock was made."


def test_a_folder_of_links_that_does_not_exist_breaks_nothing(workshop: Workshop, wheels: Path) -> None:
    workshop.variables = {"PIP_FIND_LINKS": "/nowhere/at/all"}

    workshop.lock(wheels_only(_HERE, wheels, "tiny"))

    assert "/nowhere/at/all does not exist and is left out" in workshop.step.said


def test_pips_own_settings_lead_to_the_packages(workshop: Workshop, wheels: Path) -> None:
    workshop.variables = {"PIP_FIND_LINKS": str(wheels), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null"}

    lock = workshop.lock(EnvironmentRequest(python=_HERE, pip=("tiny",)))

    assert [locked.name for locked in lock.pip] == ["tiny"]


def test_an_index_that_does_not_answer_is_named_without_its_password(workshop: Workshop) -> None:
    workshop.variables = {"INDEX_TOKEN": "hunter2hunter2"}
    options = PipOptions(index_url="http://me:${INDEX_TOKEN}@127.0.0.1:9/simple")

    with pytest.raises(BuildError) as caught:
        workshop.lock(EnvironmentRequest(python=_HERE, pip=("tiny",), pip_options=options))

    assert "127.0.0.1:9/simple/tiny/" in str(caught.value)
    assert "hunter2" not in f"{caught.value}{workshop.step.said}"
    assert caught.value.hint.startswith("Check the network")


def test_a_variable_that_is_not_set_is_named(workshop: Workshop) -> None:
    options = PipOptions(index_url="https://${NO_SUCH_TOKEN}@host/simple")

    with pytest.raises(BuildError) as caught:
        workshop.lock(EnvironmentRequest(python=_HERE, pip=("tiny",), pip_options=options))

    assert (
        caught.value.reason
        == "the index options of the model name ${NO_SUCH_TOKEN}, which is not set in the environment"
    )


def test_packages_come_from_the_index_that_this_machine_uses(workshop: Workshop) -> None:
    prefix = workshop.unpacked(EnvironmentRequest(python=_HERE, pip=("six==1.16.0",)))

    assert _versions(prefix, "six") == ["1.16.0"]
