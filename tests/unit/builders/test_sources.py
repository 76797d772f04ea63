"""Where uv looks for packages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from oci_mlflow_builders.uv.sources import Sources, UnsetVariableError, sources_of

from oci_mlflow_core.model.environment import EnvironmentRequest, PipOptions

_NO_FILES = {"PIP_CONFIG_FILE": os.devnull}


def _sources(options: PipOptions | None = None, wheels: Path | None = None, **variables: str) -> Sources:
    request = EnvironmentRequest(python="3.11", pip=(), pip_options=options or PipOptions())
    return sources_of(request, wheels, {**_NO_FILES, **variables})


def test_the_models_options_become_lines_in_which_variables_stay_names() -> None:
    options = PipOptions(index_url="https://${USER_NAME}@host/simple", extra_index_urls=("https://more/simple",))

    sources = _sources(options, USER_NAME="somebody")

    assert sources.lines == ("--index-url https://${USER_NAME}@host/simple", "--extra-index-url https://more/simple")
    assert "somebody" in sources.secrets


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(UnsetVariableError) as caught:
        _sources(PipOptions(index_url="https://${TOKEN}@host/simple"))

    assert str(caught.value) == "the index options of the model name ${TOKEN}, which is not set in the environment"


def test_pips_settings_reach_uv_by_its_own_variables() -> None:
    sources = _sources(PIP_INDEX_URL="https://me:word@mirror/simple", PIP_EXTRA_INDEX_URL="https://a https://b")

    assert sources.environment["UV_INDEX_URL"] == "https://me:word@mirror/simple"
    assert sources.environment["UV_EXTRA_INDEX_URL"] == "https://a https://b"
    assert "word" in sources.secrets


def test_the_models_index_wins_over_pips() -> None:
    sources = _sources(PipOptions(index_url="https://model/simple"), PIP_INDEX_URL="https://mirror/simple")

    assert "UV_INDEX_URL" not in sources.environment


def test_who_told_uv_itself_is_not_told_again_what_pip_knows() -> None:
    sources = _sources(UV_DEFAULT_INDEX="https://uv/simple", PIP_INDEX_URL="https://mirror/simple")

    assert sources.environment == {}


def test_folders_that_do_not_exist_are_left_out_and_named(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")

    sources = _sources(PipOptions(find_links=(gone, str(tmp_path))), PIP_FIND_LINKS="/nowhere/at/all")

    assert (f"--find-links {tmp_path.as_uri()}",) == sources.lines
    assert "UV_FIND_LINKS" not in sources.environment
    assert (gone, "/nowhere/at/all") == sources.missing


def test_the_models_own_wheels_are_looked_through(tmp_path: Path) -> None:
    assert (f"--find-links {tmp_path.as_uri()}",) == _sources(wheels=tmp_path).lines


def test_versions_are_compared_over_all_indexes_as_pip_does_unless_told_otherwise() -> None:
    several = PipOptions(extra_index_urls=("https://more/simple",))

    assert _sources(several).flags == ("--index-strategy", "unsafe-best-match")
    assert _sources(UV_INDEX="https://more/simple").flags == ("--index-strategy", "unsafe-best-match")
    assert _sources(several, UV_INDEX_STRATEGY="first-index").flags == ()
    assert _sources().flags == ()


def test_certificates_and_proxy_of_pip_are_passed_on_where_none_are_set(tmp_path: Path) -> None:
    certificates = tmp_path / "company.pem"
    certificates.touch()

    sources = _sources(PIP_CERT=str(certificates), PIP_PROXY="http://proxy:3128", https_proxy="http://other:1")

    assert {"SSL_CERT_FILE": str(certificates), "HTTP_PROXY": "http://proxy:3128"} == sources.environment


def test_the_other_options_become_flags() -> None:
    sources = _sources(PipOptions(pre=True, trusted_hosts=("old",)), PIP_NO_INDEX="1", UV_INDEX_STRATEGY="first-index")

    assert sources.flags == ("--prerelease", "allow", "--no-index", "--allow-insecure-host", "old")
