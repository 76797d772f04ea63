"""What the model's files allow, beside what they ask for: constraints and hashes."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

import attrs
import pytest
from integration.builders.environments import Workshop, said_by, wheels_only
from tiny_wheels import make_wheel, sha256_of, shipped

from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, PipOptions

_HERE = f"=={'.'.join(platform.python_version_tuple()[:2])}.*"
_ORIGIN = "import json, tiny; print(json.dumps(tiny.origin))"


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """A folder with two versions of 'tiny', and 'whole', which needs any of them."""
    folder = tmp_path / "wheels"
    make_wheel(folder, "tiny", "1.0")
    make_wheel(folder, "tiny", "2.0")
    make_wheel(folder, "whole", requires=("tiny",))
    return folder


def _allowing(request: EnvironmentRequest, *wheels: Path) -> EnvironmentRequest:
    """The request, with the hashes of these wheels for 'tiny'."""
    return attrs.evolve(request, hashes=(("tiny", tuple(f"sha256:{sha256_of(wheel)}" for wheel in wheels)),))


def _two_files_of_one_version(folder: Path) -> tuple[Path, Path]:
    """The page of 'tiny' in an index, which tells hashes, and its two files; by itself uv takes the second."""
    asked = make_wheel(folder, "tiny", files={"tiny.py": "origin = 'asked'\n"})
    asked = asked.rename(folder / "tiny-1.0-1-py3-none-any.whl")
    other = make_wheel(folder, "tiny", files={"tiny.py": "origin = 'other'\n"})
    other = other.rename(folder / "tiny-1.0-2-py3-none-any.whl")
    links = (f'<a href="{wheel.as_uri()}#sha256={sha256_of(wheel)}">{wheel.name}</a>' for wheel in (asked, other))
    (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{'<br>'.join(links)}</body></html>")
    return asked, other


def _chosen(lock: Lock) -> list[str]:
    return [f"{locked.name}=={locked.version}" for locked in lock.pip]


def test_a_constraint_bounds_what_is_needed_indirectly(workshop: Workshop, versions: Path) -> None:
    request = attrs.evolve(wheels_only(_HERE, versions, "whole"), constraints=("tiny<2",))

    assert _chosen(workshop.lock(request)) == ["tiny==1.0", "whole==1.0"]


def test_a_constraint_alone_asks_for_nothing(workshop: Workshop, versions: Path) -> None:
    request = attrs.evolve(wheels_only(_HERE, versions, "tiny"), constraints=("whole==1.0",))

    assert _chosen(workshop.lock(request)) == ["tiny==2.0"]


def test_a_constraint_and_a_wheel_of_the_model_hold_together(
    workshop: Workshop, versions: Path, tmp_path: Path
) -> None:
    make_wheel(versions, "own", "9.0")
    own = make_wheel(tmp_path / "model" / "code", "own", "1.5")
    request = attrs.evolve(
        wheels_only(_HERE, versions, "own", "whole"), constraints=("own>=1", "tiny<2"), wheels=(shipped(own),)
    )

    assert _chosen(workshop.lock(request)) == ["own==1.5", "tiny==1.0", "whole==1.0"]


def test_a_constraint_that_contradicts_a_requirement_is_told(workshop: Workshop, versions: Path) -> None:
    request = attrs.evolve(wheels_only(_HERE, versions, "tiny>=2"), constraints=("tiny<2",))

    with pytest.raises(UnsolvableEnvironmentError) as caught:
        workshop.lock(request)

    assert str(caught.value) == (
        "the uv builder failed to lock the environment: no versions meet all requirements\n"
        "  | Because you require tiny>=2 and tiny<2, we can conclude that your requirements are unsatisfiable."
    )


def test_a_constraint_may_name_a_wheel_of_the_model_by_its_path(workshop: Workshop, tmp_path: Path) -> None:
    own = make_wheel(tmp_path / "model" / "code", "own", "1.5")
    folder = make_wheel(tmp_path / "wheels", "own", "9.0").parent
    constraint = f"own @ file:///gone/{own.name}"
    request = attrs.evolve(wheels_only(_HERE, folder, "own"), constraints=(constraint,), wheels=(shipped(own),))

    assert _chosen(workshop.lock(request)) == ["own==1.5"]


def test_a_constraint_on_a_path_of_another_machine_is_explained(workshop: Workshop, versions: Path) -> None:
    constraint = "tiny @ file:///home/ann/tiny-1.0-py3-none-any.whl"
    request = attrs.evolve(wheels_only(_HERE, versions, "tiny"), constraints=(constraint,))

    with pytest.raises(BuildError) as caught:
        workshop.lock(request)

    assert caught.value.reason == (
        f"the requirement '{constraint}' is a path of another machine, and no such wheel is in the model"
    )


def test_only_files_of_the_asked_hashes_are_locked_and_installed(workshop: Workshop, tmp_path: Path) -> None:
    asked, other = _two_files_of_one_version(tmp_path / "index" / "tiny")
    options = PipOptions(index_url=(tmp_path / "index").as_uri())
    request = EnvironmentRequest(python=_HERE, pip=("tiny==1.0",), pip_options=options)
    allowing = _allowing(request, asked)

    unbound, lock = workshop.lock(request), workshop.lock(allowing)

    assert unbound.pip[0].hashes == tuple(sorted(f"sha256:{sha256_of(wheel)}" for wheel in (asked, other)))
    assert lock.pip[0].hashes == (f"sha256:{sha256_of(asked)}",)
    assert said_by(workshop.unpacked(request), _ORIGIN) == "other"
    assert said_by(workshop.unpacked(allowing), _ORIGIN) == "asked"


def test_a_version_with_none_of_the_asked_hashes_is_refused(workshop: Workshop, versions: Path) -> None:
    request = _allowing(wheels_only(_HERE, versions, "whole"), versions / "tiny-1.0-py3-none-any.whl")

    with pytest.raises(UnsolvableEnvironmentError) as caught:
        workshop.lock(request)

    assert str(caught.value) == (
        "the uv builder failed to lock the environment: tiny 2.0 was chosen, and no file of it has one of the hashes "
        "that the model's environment files allow (--hash)"
    )


def test_a_wheel_of_the_model_is_held_to_the_asked_hashes_too(
    workshop: Workshop, versions: Path, tmp_path: Path
) -> None:
    own = make_wheel(tmp_path / "model" / "code", "tiny", "1.0", files={"tiny.py": "origin = 'model'\n"})
    request = attrs.evolve(wheels_only(_HERE, versions, "tiny"), wheels=(shipped(own),))

    with pytest.raises(UnsolvableEnvironmentError) as caught:
        workshop.lock(_allowing(request, versions / "tiny-1.0-py3-none-any.whl"))

    assert caught.value.reason.startswith("tiny 1.0 was chosen, and no file of it has one of the hashes")
    assert workshop.lock(_allowing(request, own)).pip[0].hashes == (f"sha256:{sha256_of(own)}",)


def test_a_hash_of_another_kind_than_the_indexs_is_kept_and_met(workshop: Workshop, versions: Path) -> None:
    digest = hashlib.sha512((versions / "tiny-2.0-py3-none-any.whl").read_bytes()).hexdigest()
    request = attrs.evolve(wheels_only(_HERE, versions, "tiny==2.0"), hashes=(("tiny", (f"sha512:{digest}",)),))

    assert workshop.lock(request).pip[0].hashes == (f"sha512:{digest}",)
    assert said_by(workshop.unpacked(request), "import json, tiny; print(json.dumps(tiny.__version__))") == "2.0"


def test_a_hash_of_another_kind_than_the_indexs_is_verified_when_installing(workshop: Workshop, versions: Path) -> None:
    request = attrs.evolve(wheels_only(_HERE, versions, "tiny==2.0"), hashes=(("tiny", (f"sha512:{128 * '0'}",)),))

    with pytest.raises(BuildError) as caught:
        workshop.pack(request)

    assert caught.value.stage == "build"
    assert "Hash mismatch for `tiny==2.0`" in caught.value.reason
