"""Packages from an index that asks for a password, which nobody gets to see."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.builders.environments import Workshop, said_by
from integration.builders.guarded_index import PASSWORD, USER, guarded_index

from oci_mlflow_core.errors import BuildError
from oci_mlflow_core.model.environment import EnvironmentRequest, PipOptions

_HERE = f"=={'.'.join(platform.python_version_tuple()[:2])}.*"


@pytest.fixture
def host(wheels: Path, workshop: Workshop, tmp_path: Path) -> Iterator[str]:
    """Host and port of an index that has 'tiny'; nothing of it is cached."""
    workshop.variables = {
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "NO_PROXY": "127.0.0.1",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    with guarded_index(wheels) as host:
        yield host


def _assert_untold(workshop: Workshop, prefix: Path, *texts: str) -> None:
    told = [*texts, *workshop.step.said, str(workshop.step.outcome)]
    assert [text for text in told if PASSWORD in text] == []
    files = [path for path in prefix.rglob("*") if path.is_file() and not path.is_symlink()]
    assert [path for path in files if PASSWORD.encode() in path.read_bytes()] == []


def test_a_password_from_the_environment_opens_the_models_index(workshop: Workshop, host: str) -> None:
    workshop.variables["INDEX_PASSWORD"] = PASSWORD
    options = PipOptions(index_url=f"http://{USER}:${{INDEX_PASSWORD}}@{host}/simple")
    request = EnvironmentRequest(python=_HERE, pip=("tiny",), pip_options=options)

    lock = workshop.lock(request)
    prefix = workshop.unpacked(request)

    assert said_by(prefix, "import importlib.metadata as m, json; print(json.dumps(m.version('tiny')))") == "1.0"
    _assert_untold(workshop, prefix, lock.to_text())


def test_a_password_in_pips_settings_opens_the_users_index(workshop: Workshop, host: str) -> None:
    workshop.variables["PIP_INDEX_URL"] = f"http://{USER}:{PASSWORD}@{host}/simple"
    request = EnvironmentRequest(python=_HERE, pip=("tiny",))

    prefix = workshop.unpacked(request)

    assert (prefix / "bin" / "tiny").is_file()
    _assert_untold(workshop, prefix)


def test_a_direct_reference_is_locked_without_its_password_and_built_with_it(workshop: Workshop, host: str) -> None:
    url = f"{host}/files/tiny-1.0-py3-none-any.whl"
    request = EnvironmentRequest(python=_HERE, pip=(f"tiny @ http://{USER}:{PASSWORD}@{url}",))

    lock = workshop.lock(request)
    prefix = workshop.unpacked(request)

    assert [("tiny", "1.0", f"http://{url}")] == [(one.name, one.version, one.url) for one in lock.pip]
    assert lock.pip[0].hashes
    _assert_untold(workshop, prefix, lock.to_text())


@pytest.mark.parametrize("more", [(), ("other",)])
def test_a_wrong_password_is_told_without_it(workshop: Workshop, host: str, more: tuple[str, ...]) -> None:
    refusing = f"http://{USER}:not-the-password@{host}"
    extra = tuple(f"{refusing}/{name}" for name in more)
    options = PipOptions(index_url=f"{refusing}/simple", extra_index_urls=extra)

    with pytest.raises(BuildError) as caught:
        workshop.lock(EnvironmentRequest(python=_HERE, pip=("tiny",), pip_options=options))

    assert "could not be queried due to a lack of valid authentication credentials (401" in caught.value.hint
    assert "not-the-password" not in f"{caught.value} {caught.value.hint} {workshop.step.said}"
