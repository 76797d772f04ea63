from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_plugin.adapters.oci.session.profile import Place, place_of, read_profile
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

FILES = [
    "OCI_MLFLOW_CONFIG_FILE",
    "OCI_CONFIG_FILE",
    "OCI_CONFIG_LOCATION",
    "OCIFS_CONFIG_LOCATION",
    "OCI_CLI_CONFIG_FILE",
]
PROFILES = ["OCI_MLFLOW_PROFILE", "OCI_CONFIG_PROFILE", "OCIFS_CONFIG_PROFILE", "OCI_CLI_PROFILE"]


def test_the_default_is_that_of_the_sdk() -> None:
    place = place_of(None, Settings({"HOME": "/home/me"}))

    assert place == Place(file=Path("/home/me/.oci/config"), profile="DEFAULT")


@pytest.mark.parametrize("first", range(len(FILES)))
def test_the_files_variables_win_in_order(first: int) -> None:
    settings = Settings({name: f"/{name}" for name in FILES[first:]})

    place = place_of(None, settings)

    assert (place.file, place.file_said_by) == (Path(f"/{FILES[first]}"), FILES[first])


def test_the_variable_wins_although_the_default_file_exists(tmp_path: Path) -> None:
    (tmp_path / ".oci").mkdir()
    (tmp_path / ".oci" / "config").write_text("[DEFAULT]\n")

    place = place_of(None, Settings({"HOME": str(tmp_path), "OCI_CONFIG_FILE": "/other"}))

    assert place.file == Path("/other")


def test_a_tilde_is_the_home_folder() -> None:
    place = place_of(None, Settings({"HOME": "/home/me", "OCI_CONFIG_FILE": "~/mine"}))

    assert place.file == Path("/home/me/mine")


@pytest.mark.parametrize("first", range(len(PROFILES)))
def test_the_profiles_variables_win_in_order(first: int) -> None:
    settings = Settings({name: name.lower() for name in PROFILES[first:]})

    place = place_of(None, settings)

    assert (place.profile, place.profile_said_by) == (PROFILES[first].lower(), PROFILES[first])


def test_the_targets_profile_wins_over_every_variable() -> None:
    place = place_of("MINE", Settings(dict.fromkeys(PROFILES, "other")))

    assert (place.profile, place.profile_said_by) == ("MINE", "the target")


def test_a_profile_inherits_from_default(write_config: Callable[..., Path]) -> None:
    file = write_config(DEFAULT={"region": "us-ashburn-1", "user": "default"}, DEV={"user": "dev"})

    profile = read_profile(Place(file=file, profile="DEV"))

    assert (profile.get("region"), profile.get("user")) == ("us-ashburn-1", "dev")


def test_a_per_cent_sign_is_just_that(write_config: Callable[..., Path]) -> None:
    file = write_config(DEFAULT={"pass_phrase": "100%(sure)s"})

    profile = read_profile(Place(file=file))

    assert profile.get("pass_phrase") == "100%(sure)s"


def test_a_profiles_values_are_not_in_its_repr(write_config: Callable[..., Path]) -> None:
    file = write_config(DEFAULT={"pass_phrase": "hunter2"})

    assert "hunter2" not in repr(read_profile(Place(file=file)))


def test_a_missing_file_is_told_with_what_named_it(tmp_path: Path) -> None:
    place = Place(file=tmp_path / "none", file_said_by="OCI_CONFIG_FILE")

    with pytest.raises(InvalidRequestError) as refused:
        read_profile(place)

    assert str(refused.value) == f"there is no OCI configuration file {tmp_path}/none (OCI_CONFIG_FILE)"
    assert refused.value.hint == (
        "'oci setup config' writes one; OCI_MLFLOW_CONFIG_FILE or OCI_CONFIG_FILE names one that lies elsewhere."
    )


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        read_profile(Place(file=tmp_path))

    assert str(refused.value) == f"{tmp_path} cannot be read: Is a directory"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("pass_phrase=hunter2\n", ", line 1"),
        ("[DEFAULT]\nhunter2\n", ", line 2"),
        ("[A]\nx=1\nx=hunter2\n", ", line 3"),
    ],
)
def test_a_malformed_file_is_told_by_its_line_and_without_its_content(tmp_path: Path, text: str, where: str) -> None:
    file = tmp_path / "config"
    file.write_text(text)

    with pytest.raises(InvalidRequestError) as refused:
        read_profile(Place(file=file))

    assert str(refused.value) == f"{file} is no OCI configuration file{where}"
    assert refused.value.__cause__ is None


def test_an_unknown_profile_is_told_with_the_nearest(write_config: Callable[..., Path]) -> None:
    file = write_config(DEFAULT={"user": "u"}, PRODUCTION={"user": "p"})

    with pytest.raises(InvalidRequestError) as refused:
        read_profile(Place(file=file, profile="PRODUCTON", profile_said_by="the target"))

    assert str(refused.value) == f"{file} has no profile 'PRODUCTON', which the target names"
    assert refused.value.hint == "Did you mean 'PRODUCTION'? It has DEFAULT, PRODUCTION."


def test_a_profile_with_missing_keys_names_all_of_them(write_config: Callable[..., Path]) -> None:
    profile = read_profile(Place(file=write_config(DEV={"user": "u", "tenancy": ""}), profile="DEV"))

    with pytest.raises(InvalidRequestError) as refused:
        profile.required("user", "tenancy", "fingerprint", "key_file")

    assert str(refused.value) == f"{profile.place} has no tenancy, fingerprint and key_file"
    assert str(profile.place).startswith("the profile DEV of ")
