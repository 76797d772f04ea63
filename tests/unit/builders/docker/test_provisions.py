"""What goes into a container."""

from __future__ import annotations

from pathlib import Path

import pytest
from oci_mlflow_builders.docker.pip_sources import pip_sources
from oci_mlflow_builders.docker.provisions import Provisions
from tiny_wheels import make_wheel, sha256_of, shipped

from oci_mlflow_core.model.environment import (
    EnvironmentRequest,
    Lock,
    LockedPython,
    LockedRequirement,
    PipOptions,
    Platform,
)

_QUIET = {"PIP_CONFIG_FILE": "/dev/null", "HOME": "/nowhere"}


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path / "wheels", "tiny-part")


def _provisions(request: EnvironmentRequest, *pip: LockedRequirement) -> Provisions:
    python = LockedPython(version="3.11.7", kind="conda", glibc="2.28")
    lock = Lock(builder="docker", platform=Platform.LINUX_64, python=python, pip=pip)
    return Provisions.gather(request, lock, pip_sources(request, _QUIET))


def _texts(provisions: Provisions) -> dict[str, str]:
    inputs = provisions.inputs((), Path("/nowhere"))
    return {
        item.path.name: item.content.decode()
        for item in inputs
        if isinstance(item.content, bytes) and item.path.suffix != ".pyz"
    }


def _locked(hash_: str) -> LockedRequirement:
    return LockedRequirement(name="tiny-part", version="1.0", hashes=(f"sha256:{hash_}",))


def test_a_folder_of_wheels_goes_along_and_no_network_is_needed(wheel: Path) -> None:
    request = EnvironmentRequest(
        python="3.11", pip=("tiny-part",), pip_options=PipOptions(find_links=(str(wheel.parent),))
    )
    digest = sha256_of(wheel)

    provisions = _provisions(request, _locked(digest))

    assert provisions.offline
    assert _texts(provisions)["requirements.txt"] == (
        f"--no-index\n--find-links /tmp/oci-mlflow/wheels\ntiny-part==1.0 --hash=sha256:{digest}\n"
    )


def test_the_models_own_wheel_is_named_where_it_is_in_the_container(wheel: Path) -> None:
    request = EnvironmentRequest(python="3.11", pip=("tiny-part==1.0",), wheels=(shipped(wheel),))
    digest = sha256_of(wheel)

    texts = _texts(_provisions(request, _locked(digest)))

    assert (
        f"tiny-part @ file:///tmp/oci-mlflow/wheels/{wheel.name} --hash=sha256:{digest}\n" in texts["requirements.txt"]
    )


def test_a_file_with_another_hash_stays_behind(wheel: Path) -> None:
    request = EnvironmentRequest(
        python="3.11", pip=("tiny-part",), pip_options=PipOptions(find_links=(str(wheel.parent),))
    )

    provisions = _provisions(request, _locked(64 * "0"))

    assert not provisions.offline
    assert not provisions.at_hand


def test_a_folder_that_is_an_index_has_a_folder_for_each_name(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path / "index" / "tiny-part", "tiny-part")
    options = PipOptions(extra_index_urls=((tmp_path / "index").as_uri(),))
    request = EnvironmentRequest(python="3.11", pip=("tiny-part",), pip_options=options)

    assert _provisions(request, _locked(sha256_of(wheel))).offline


def test_repositories_which_have_no_hash_are_installed_apart() -> None:
    url = "git+https://example.com/one.git@0123456"
    request = EnvironmentRequest(python="3.11", pip=(f"one @ {url}",))

    texts = _texts(_provisions(request, LockedRequirement(name="one", version="0123456", url=url)))

    assert texts["requirements.txt"] == ""
    assert texts["repositories.txt"] == f"one @ {url}\n"


def test_pip_is_kept_to_wheels_for_the_targets_glibc() -> None:
    text = _texts(_provisions(EnvironmentRequest(python="3.11", pip=())))["_manylinux.py"]

    scope: dict[str, object] = {}
    exec(text, scope)  # noqa: S102 - it is what pip imports
    compatible = scope["manylinux_compatible"]
    assert callable(compatible)
    assert [compatible(2, minor, "x86_64") for minor in (17, 28, 29)] == [True, True, False]
