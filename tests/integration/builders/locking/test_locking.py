"""Requests become locks from real channels, and what cannot be met or reached is told in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest
from integration.builders.rattler.forge import Forge
from rig.channel.channels import Channels
from rig.channel.guards import BasicAuth, PathToken
from rig.channel.server import ChannelServer
from tiny_wheels import make_wheel

from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock, PipOptions


@pytest.fixture
def forge(channels: Channels, channel_server: ChannelServer, tmp_path: Path) -> Forge:
    """Locks what the rig's channels have."""
    return Forge(folder=tmp_path, alias=channel_server.url, python=channels.python, glibc=channels.glibc)


def _chosen(lock: Lock, name: str) -> tuple[str, str]:
    """Version and channel of a conda package."""
    [package] = [each for each in lock.conda if each.name == name]
    return package.version, package.channel


def _refusal(forge: Forge, request: EnvironmentRequest) -> UnsolvableEnvironmentError:
    with pytest.raises(UnsolvableEnvironmentError) as caught:
        forge.lock(request)
    return caught.value


def _failure(forge: Forge, request: EnvironmentRequest) -> BuildError:
    with pytest.raises(BuildError) as caught:
        forge.lock(request)
    return caught.value


def test_a_lock_does_not_depend_on_the_mirror(forge: Forge, channels: Channels) -> None:
    request = forge.request("six")
    mirror = attrs.evolve(forge, folder=forge.folder / "other", alias=channels.folder.as_uri())

    assert forge.lock(request) == mirror.lock(request)


def test_a_lock_holds_all_that_an_installation_needs(forge: Forge) -> None:
    lock = forge.lock(forge.request("six"))

    [six] = [each for each in lock.conda if each.name == "six"]
    assert (six.channel, six.subdir, six.noarch) == ("conda-forge", "noarch", "python")
    assert six.depends[0].startswith("python ")
    assert six.filename == f"six-1.16.0-{six.build}.conda"
    assert min(len(six.sha256), len(six.md5), six.size) > 0


def test_a_package_may_come_from_a_channel_of_its_own(forge: Forge) -> None:
    lock = forge.lock(forge.request("extras::clash-core", channels=("conda-forge", "extras")))

    assert _chosen(lock, "clash-core") == ("3.0", "extras")


def test_the_first_channel_that_has_a_package_wins(forge: Forge) -> None:
    lock = forge.lock(forge.request("clash-core", channels=("conda-forge", "extras")))

    assert _chosen(lock, "clash-core") == ("2.0", "conda-forge")


def test_another_patch_version_of_python_is_taken_where_the_asked_one_is_nowhere(forge: Forge) -> None:
    minor = ".".join(forge.python.split(".")[:2])

    lock = forge.lock(forge.request(python=f"{minor}.50"))

    assert lock.python.version == forge.python
    assert f"Python {forge.python} ({minor}.50 was asked for, and no channel has it)" in str(forge.step.outcome)


def test_packages_that_are_newer_than_asked_for_are_left_out(forge: Forge) -> None:
    assert _chosen(forge.lock(forge.request("aged")), "aged")[0] == "2.0"
    assert _chosen(forge.lock(forge.request("aged", exclude_newer="2024-06-01T00:00:00Z")), "aged")[0] == "1.0"


def test_pip_packages_that_are_newer_than_asked_for_are_left_out(forge: Forge) -> None:
    lock = forge.lock(forge.request(pip=("six",), exclude_newer="2024-06-01T00:00:00Z"))

    assert [(each.name, each.version) for each in lock.pip] == [("six", "1.16.0")]


@pytest.mark.parametrize(
    "spec",
    [
        "six",
        "six=1.16",
        "six==1.16.0",
        "six 1.16.0",
        "six >=1.10,<2|>=5",
        "six=1.16.0=pyh*",
        "six[version='>=1.10']",
        "conda-forge::six",
        "conda-forge/noarch::six>=1",
        "six[channel=conda-forge]",
    ],
)
def test_every_form_of_a_match_spec_is_understood(forge: Forge, spec: str) -> None:
    assert _chosen(forge.lock(forge.request(spec)), "six") == ("1.16.0", "conda-forge")


def test_a_target_with_gpus_has_cuda(forge: Forge) -> None:
    assert _chosen(forge.lock(forge.request("needs-cuda", gpu=True)), "needs-cuda")[0] == "1.0"


def test_a_conflict_is_told_as_the_chain_of_requirements(forge: Forge) -> None:
    fault = _refusal(forge, forge.request("clash-top", "clash-right"))

    assert str(fault) == (
        "the rattler builder failed to lock the environment: no versions meet all requirements\n"
        "  | clash-right is asked for\n"
        "  |   clash-right 1.0 needs clash-core >=2\n"
        "  |     clash-core 2.0 fits\n"
        "  | clash-top is asked for\n"
        "  |   clash-top 1.0 needs clash-left\n"
        "  |     clash-left 1.0 needs clash-core <2\n"
        "  |       clash-core 1.0 does not go with what is said above"
    )


@pytest.mark.parametrize(
    ("package", "needed"),
    [
        ("needs-future-glibc", "glibc >=99, and the target has glibc {glibc}"),
        ("needs-cuda", "cuda >=12, and the target has no cuda"),
    ],
)
def test_what_the_target_lacks_is_told(forge: Forge, package: str, needed: str) -> None:
    fault = _refusal(forge, forge.request(package))

    assert fault.log_tail == (
        f"{package} is asked for",
        f"  {package} 1.0 needs {needed.format(glibc=forge.glibc)}",
    )


def test_the_nearest_name_is_told_for_an_unknown_package(forge: Forge) -> None:
    fault = _refusal(forge, forge.request("colorrama"))

    place = f"{forge.alias}/conda-forge"
    assert fault.reason == f"no package is called 'colorrama' in the channel conda-forge ({place}) for linux-64"
    assert fault.hint == "Did you mean 'colorama'?"


def test_the_versions_that_exist_are_told_for_one_that_does_not(forge: Forge) -> None:
    fault = _refusal(forge, forge.request("clash-core>=9"))

    place = f"{forge.alias}/conda-forge"
    assert fault.reason == f"no 'clash-core >=9' is in the channel conda-forge ({place}) for linux-64"
    assert fault.hint == "There are the versions 2.0, 1.0."


def test_pip_asking_for_another_version_than_conda_brings_is_told_as_such(forge: Forge, tmp_path: Path) -> None:
    make_wheel(tmp_path / "wheels", "six", version="99.0")
    options = PipOptions(no_index=True, find_links=(str(tmp_path / "wheels"),))

    fault = _refusal(forge, forge.request("six", pip=("six>=99",), pip_options=options))

    assert fault.builder == "rattler"
    assert fault.hint == "Conda brings six 1.16.0, which pip does not replace: ask both for versions that fit."


def test_a_channel_that_is_not_there_is_named(forge: Forge) -> None:
    fault = _failure(forge, forge.request(channels=("nowhere",)))

    place = f"{forge.alias}/nowhere"
    assert fault.reason == f"the channel nowhere ({place}) does not exist (HTTP 404 for {place}/noarch/repodata.json)"


def test_a_channel_that_cannot_be_reached_is_told_at_once(forge: Forge) -> None:
    forge.alias = "http://127.0.0.1:9"

    fault = _failure(forge, forge.request())

    assert fault.reason == (
        "the channel conda-forge (http://127.0.0.1:9/conda-forge) cannot be reached: Connection refused (os error 111)"
    )


def test_a_channel_that_refuses_says_where_credentials_were_looked_for(
    forge: Forge, channel_server: ChannelServer
) -> None:
    channel_server.guard = BasicAuth()

    fault = _failure(forge, forge.request())

    assert fault.reason == f"the channel conda-forge ({forge.alias}/conda-forge) refuses access (HTTP 401)"
    assert fault.hint == (
        "Credentials were looked for in the channel's URL (https://USER:PASSWORD@HOST/…, https://HOST/t/TOKEN/…), "
        "RATTLER_AUTH_FILE, the keyring and ~/.rattler/credentials.json (where 'rattler auth login' and "
        "'pixi auth login' put them), NETRC and ~/.netrc."
    )


def _secret_url(server: ChannelServer, way: str) -> tuple[str, str]:
    """A channel's URL with credentials, and the secret part."""
    if way == "password":
        guard = BasicAuth()
        server.guard = guard
        return f"http://{guard.user}:{guard.password}@{server.host}/conda-forge", guard.password
    token = PathToken()
    server.guard = token
    return f"{server.url}/t/{token.token}/conda-forge", token.token


@pytest.mark.parametrize("way", ["password", "token"])
def test_credentials_in_a_channels_url_work_and_are_kept_nowhere(
    forge: Forge, channel_server: ChannelServer, way: str
) -> None:
    url, secret = _secret_url(channel_server, way)
    request = forge.request("six", channels=(url,))

    lock = forge.lock(request)
    built = forge.build(request, lock)

    assert {each.channel for each in lock.conda} == {f"{channel_server.url}/conda-forge"}
    assert secret not in f"{lock.to_text()} {forge.step.said} {forge.step.outcome}"
    kept = [*built.path.rglob("*"), *forge.home.rglob("*")]
    files = [file for file in kept if file.is_file() and not file.is_symlink()]
    assert [file for file in files if secret.encode() in file.read_bytes()] == []


@pytest.mark.parametrize("way", ["password", "token"])
def test_wrong_credentials_are_masked(forge: Forge, channel_server: ChannelServer, way: str) -> None:
    url, secret = _secret_url(channel_server, way)

    fault = _failure(forge, forge.request(channels=(url.replace(secret, "a-wrong-secret"),)))

    assert fault.reason == f"the channel {channel_server.url}/conda-forge refuses access (HTTP 401)"
    assert "a-wrong-secret" not in f"{fault} {fault.hint} {forge.step.said}"


def test_credentials_of_netrc_and_of_rattlers_own_file_are_taken(
    forge: Forge, channel_server: ChannelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel_server.guard = guard = BasicAuth()
    netrc, own = tmp_path / "netrc", tmp_path / "credentials.json"
    netrc.write_text(f"machine 127.0.0.1 login {guard.user} password {guard.password}\n")
    own.write_text(json.dumps({"127.0.0.1": {"BasicHTTP": {"username": guard.user, "password": guard.password}}}))

    with monkeypatch.context() as patch:
        patch.setenv("NETRC", str(netrc))
        by_netrc = forge.lock(forge.request())
    with monkeypatch.context() as patch:
        patch.setenv("RATTLER_AUTH_FILE", str(own))
        by_own = forge.lock(forge.request())

    assert by_netrc == by_own


def test_a_variable_in_a_channels_url_is_filled_in_and_is_no_part_of_the_lock(
    forge: Forge, channel_server: ChannelServer
) -> None:
    channel_server.guard = guard = BasicAuth()
    forge.variables["CHANNEL_PASSWORD"] = guard.password
    channel = f"http://{guard.user}:${{CHANNEL_PASSWORD}}@{channel_server.host}/conda-forge"

    lock = forge.lock(forge.request(channels=(channel,)))

    assert {each.channel for each in lock.conda} == {f"{channel_server.url}/conda-forge"}


def test_condas_own_settings_say_where_channels_are(forge: Forge, channel_server: ChannelServer) -> None:
    forge.home.mkdir()
    (forge.home / ".condarc").write_text(f"custom_channels:\n  conda-forge: {channel_server.url}\n")
    forge.variables["OCI_MLFLOW_CHANNEL_ALIAS"] = ""

    lock = forge.lock(forge.request())

    assert _chosen(lock, "python") == (forge.python, "conda-forge")
