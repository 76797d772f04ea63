"""Where pip in the container gets packages, in pip's own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from oci_mlflow_builders.docker.pip_sources import PipSources, pip_sources
from oci_mlflow_builders.docker.shell import variables_file

from oci_mlflow_core.model.environment import EnvironmentRequest, PipOptions

_QUIET = {"PIP_CONFIG_FILE": "/dev/null", "HOME": "/nowhere"}


def _sources(options: PipOptions | None = None, /, **environ: str) -> PipSources:
    request = EnvironmentRequest(python="3.11", pip=("one",), pip_options=options or PipOptions())
    return pip_sources(request, {**_QUIET, **environ})


def test_the_models_index_comes_before_the_users() -> None:
    options = PipOptions(index_url="https://model.example/simple")

    sources = _sources(options, PIP_INDEX_URL="https://user.example/simple")

    assert list(sources.lines(offline=False)) == ["--index-url https://model.example/simple"]


@pytest.mark.parametrize("name", ["PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"])
def test_an_index_that_pip_or_uv_was_told_of_is_used(name: str) -> None:
    sources = _sources(None, **{name: "https://user.example/simple"})

    assert list(sources.lines(offline=False)) == ["--index-url https://user.example/simple"]


def test_further_indexes_and_pages_of_links_are_used_and_named_ones_lose_their_name() -> None:
    options = PipOptions(extra_index_urls=("https://a.example",), find_links=("https://links.example",))

    sources = _sources(options, UV_INDEX="torch=https://b.example")

    assert list(sources.lines(offline=False)) == [
        "--extra-index-url https://a.example",
        "--extra-index-url https://b.example",
        "--find-links https://links.example",
    ]


def test_folders_of_this_machine_are_not_named_in_a_container(tmp_path: Path) -> None:
    options = PipOptions(find_links=(str(tmp_path),), extra_index_urls=(tmp_path.as_uri(),))

    sources = _sources(options)

    assert list(sources.lines(offline=False)) == []
    assert (sources.local_links, sources.local_indexes) == ((tmp_path,), (tmp_path,))


def test_a_variable_of_an_index_is_put_in_and_masked_wherever_it_is_printed() -> None:
    options = PipOptions(index_url="https://me:${TOKEN}@private.example/simple")

    sources = _sources(options, TOKEN="a-secret")  # noqa: S106 - of no index

    assert list(sources.lines(offline=False)) == ["--index-url https://me:a-secret@private.example/simple"]
    assert "a-secret" in sources.secrets
    assert "a-secret" not in repr(sources)


def test_without_a_network_nothing_is_asked() -> None:
    sources = _sources(PipOptions(index_url="https://model.example/simple"))

    assert list(sources.lines(offline=True)) == ["--no-index"]


@pytest.mark.parametrize(
    ("environ", "hosts"),
    [
        ({"UV_INDEX_URL": "http://localhost:3141/simple"}, ("localhost",)),
        ({"UV_INDEX_URL": "https://pypi.example", "https_proxy": "127.0.0.1:3128"}, ("127.0.0.1",)),
        ({"UV_INDEX_URL": "http://[::1]:1/"}, ("::1",)),
        ({"UV_INDEX_URL": "https://localhost.example", "NO_PROXY": "localhost"}, ()),
    ],
)
def test_what_is_on_this_machine_only_is_known(environ: dict[str, str], hosts: tuple[str, ...]) -> None:
    assert _sources(None, **environ).on_loopback == hosts


def test_logins_of_netrc_go_along_for_the_hosts_that_are_asked(tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(
        "machine private.example login me password a-secret\nmachine other.example login me password another\n"
    )
    netrc.chmod(0o600)

    sources = _sources(UV_INDEX_URL="https://private.example/simple", NETRC=str(netrc))

    assert sources.logins == ("machine private.example login me password a-secret",)
    assert "a-secret" in sources.secrets


def test_proxies_and_certificates_are_variables_inside_the_container_only(tmp_path: Path) -> None:
    bundle = tmp_path / "site's.pem"
    bundle.write_text("certificates")
    sources = _sources(HTTPS_PROXY="http://me:it's@proxy:3128", SSL_CERT_FILE=str(bundle))

    text = variables_file(sources, offline=False).decode()

    assert "export https_proxy='http://me:it'\"'\"'s@proxy:3128'\n" in text
    assert "export PIP_CERT=/tmp/oci-mlflow/certificates.pem\n" in text
    assert "proxy:3128" not in variables_file(sources, offline=True).decode()
