"""Names and URLs of channels mean places, as conda's settings and this project's say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from oci_mlflow_builders.locking.channels import Channel, ChannelError, Channels
from oci_mlflow_builders.locking.condarc import CondarcError

from oci_mlflow_core.model.environment import BuildSettings, EnvironmentRequest

Places = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The variables of a user without any settings."""
    return {"HOME": str(tmp_path), "CONDARC": str(tmp_path / "condarc")}


@pytest.fixture
def condarc(tmp_path: Path) -> Callable[[str], None]:
    """Writes the settings of conda."""

    def write(text: str) -> None:
        (tmp_path / "condarc").write_text(text)

    return write


def _channels(environ: Mapping[str, str], *names: str, alias: str | None = None) -> tuple[Channel, ...]:
    settings = BuildSettings(channel_alias=alias)
    return Channels.of_request(
        EnvironmentRequest(python="3.11", pip=(), channels=names, settings=settings), environ
    ).listed


def _places(environ: Mapping[str, str], *names: str, alias: str | None = None) -> list[tuple[str, str]]:
    return [(channel.name, channel.url) for channel in _channels(environ, *names, alias=alias)]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("conda-forge", ("conda-forge", "https://conda.anaconda.org/conda-forge")),
        ("conda-forge/label/dev", ("conda-forge/label/dev", "https://conda.anaconda.org/conda-forge/label/dev")),
        ("pkgs/main", ("pkgs/main", "https://repo.anaconda.com/pkgs/main")),
        ("https://conda.anaconda.org/conda-forge/", ("conda-forge", "https://conda.anaconda.org/conda-forge")),
        ("https://a.example/b", ("https://a.example/b", "https://a.example/b")),
        ("file:///srv/channel", ("file:///srv/channel", "file:///srv/channel")),
        ("/srv/channel", ("file:///srv/channel", "file:///srv/channel")),
    ],
)
def test_a_channel_means_a_place(environ: dict[str, str], name: str, place: tuple[str, str]) -> None:
    assert _places(environ, name) == [place]


def test_defaults_are_two_channels(environ: dict[str, str]) -> None:
    assert _places(environ, "defaults") == [
        ("pkgs/main", "https://repo.anaconda.com/pkgs/main"),
        ("pkgs/r", "https://repo.anaconda.com/pkgs/r"),
    ]


def test_conda_forge_is_searched_where_nobody_names_a_channel(environ: dict[str, str]) -> None:
    assert _places(environ) == [("conda-forge", "https://conda.anaconda.org/conda-forge")]


def test_the_channels_of_condas_settings_are_searched_where_the_model_names_none(
    environ: dict[str, str], condarc: Callable[[str], None]
) -> None:
    condarc("channels: [bioconda]\n")

    assert _places(environ) == [("bioconda", "https://conda.anaconda.org/bioconda")]


def test_the_files_alias_comes_before_the_variables_and_that_before_condas(
    environ: dict[str, str], condarc: Callable[[str], None]
) -> None:
    condarc("channel_alias: https://c.example\n")
    assert _places(environ, "x") == [("x", "https://c.example/x")]

    environ["CONDA_CHANNEL_ALIAS"] = "https://d.example"
    assert _places(environ, "x") == [("x", "https://d.example/x")]

    environ["OCI_MLFLOW_CHANNEL_ALIAS"] = "https://b.example/conda/"
    assert _places(environ, "x") == [("x", "https://b.example/conda/x")]

    assert _places(environ, "x", alias="https://a.example") == [("x", "https://a.example/x")]


def test_condas_settings_redirect_names(environ: dict[str, str], condarc: Callable[[str], None]) -> None:
    condarc(
        "custom_channels:\n  mine: https://a.example/t/${TOKEN}\n"
        "custom_multichannels:\n  both: [mine, conda-forge]\n"
        "mirrored_channels:\n  conda-forge: [https://mirror.example/cf, https://other.example/cf]\n"
        "default_channels: [https://b.example/main]\n"
    )
    environ["TOKEN"] = "a-token"  # noqa: S105 - it opens nothing

    assert _places(environ, "both", "defaults", "mine/label/dev") == [
        ("mine", "https://a.example/t/a-token/mine"),
        ("conda-forge", "https://mirror.example/cf"),
        ("https://b.example/main", "https://b.example/main"),
        ("mine/label/dev", "https://a.example/t/a-token/mine/label/dev"),
    ]


def test_settings_of_several_files_are_added_up(
    environ: dict[str, str], condarc: Callable[[str], None], tmp_path: Path
) -> None:
    (tmp_path / ".condarc").write_text("channels: [one]\nchannel_alias: https://a.example\n")
    condarc("channels: [two]\nchannel_alias: https://b.example\n")

    assert _places(environ) == [("two", "https://b.example/two"), ("one", "https://b.example/one")]


def test_a_channel_that_is_not_allowed_is_refused(environ: dict[str, str], condarc: Callable[[str], None]) -> None:
    condarc("allowlist_channels: [conda-forge]\n")

    with pytest.raises(ChannelError) as caught:
        _channels(environ, "conda-forge", "bioconda")

    assert str(caught.value) == ("conda's settings forbid the channel bioconda (https://conda.anaconda.org/bioconda)")


def test_a_channel_that_is_denied_is_refused(environ: dict[str, str], condarc: Callable[[str], None]) -> None:
    condarc("denylist_channels: [defaults]\n")

    with pytest.raises(ChannelError, match="conda's settings forbid the channel pkgs/r"):
        _channels(environ, "pkgs/r")


@pytest.mark.parametrize(
    ("url", "name", "secret"),
    [
        ("https://ann:a-secret@a.example/x", "https://a.example/x", "a-secret"),
        ("https://a.example/t/a-secret/x", "https://a.example/x", "a-secret"),
        ("https://ann:${WORD}@a.example/x", "https://a.example/x", "a-secret"),
        ("https://a.example/${WORD}/x", "https://a.example/${WORD}/x", "a-secret"),
    ],
)
def test_credentials_are_part_of_the_place_and_not_of_the_name(
    environ: dict[str, str], url: str, name: str, secret: str
) -> None:
    environ["WORD"] = "a-secret"

    [channel] = _channels(environ, url)

    assert channel.name == name
    assert secret in channel.url
    assert secret in channel.secrets
    assert secret not in f"{channel} {channel.shown}"


def test_a_variable_that_is_not_set_is_named(environ: dict[str, str]) -> None:
    with pytest.raises(ChannelError) as caught:
        _channels(environ, "https://ann:${NOWHERE}@a.example/x")

    assert str(caught.value) == (
        "the channel 'https://ann:${NOWHERE}@a.example/x' needs the environment variable NOWHERE, which is not set"
    )


def test_a_lock_finds_the_credentials_of_the_request(environ: dict[str, str]) -> None:
    request = EnvironmentRequest(python="3.11", pip=(), channels=("https://ann:a-secret@a.example/x",))

    channels = Channels.of_request(request, environ)

    assert channels.locked("https://a.example/x").url == "https://ann:a-secret@a.example/x"
    assert channels.locked("conda-forge").url == "https://conda.anaconda.org/conda-forge"


def test_settings_that_cannot_be_read_are_told_with_their_place(
    environ: dict[str, str], condarc: Callable[[str], None], tmp_path: Path
) -> None:
    condarc("channels: [one\n")

    with pytest.raises(CondarcError) as caught:
        _channels(environ)

    assert str(caught.value).startswith(f"{tmp_path / 'condarc'}:")
