"""pip's own configuration is read as pip reads it."""

from __future__ import annotations

import os
from pathlib import Path

from oci_mlflow_builders.uv.pip_configuration import PipConfiguration, read_pip_configuration


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _home(tmp_path: Path, **variables: str) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "xdg"), **variables}


def test_variables_win_over_files(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.conf"
    _write(chosen, "[global]\nindex-url = https://file/simple\ncert = /file.pem\n")

    read = read_pip_configuration(_home(tmp_path, PIP_CONFIG_FILE=str(chosen), PIP_INDEX_URL="https://variable/simple"))

    assert (read.index_url, read.cert) == ("https://variable/simple", "/file.pem")


def test_the_users_file_is_read(tmp_path: Path) -> None:
    _write(tmp_path / ".config" / "pip" / "pip.conf", "[global]\nindex-url = https://mirror/simple\n")

    assert read_pip_configuration(_home(tmp_path)).index_url == "https://mirror/simple"


def test_settings_for_install_win_over_global_ones(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.conf"
    _write(chosen, "[install]\nindex_url = https://install\n[global]\nindex-url = https://global\n")

    assert read_pip_configuration(_home(tmp_path, PIP_CONFIG_FILE=str(chosen))).index_url == "https://install"


def test_lists_stand_in_lines_or_words(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.conf"
    _write(chosen, "[global]\nfind-links =\n    /a\n    /b\ntrusted-host = one two\n")

    read = read_pip_configuration(_home(tmp_path, PIP_CONFIG_FILE=str(chosen), PIP_NO_INDEX="true"))

    assert (read.find_links, read.trusted_hosts, read.no_index) == (("/a", "/b"), ("one", "two"), True)


def test_the_null_device_turns_all_files_off(tmp_path: Path) -> None:
    _write(tmp_path / ".pip" / "pip.conf", "[global]\nindex-url = https://mirror/simple\n")

    assert PipConfiguration() == read_pip_configuration(_home(tmp_path, PIP_CONFIG_FILE=os.devnull))


def test_a_file_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.conf"
    _write(chosen, "index-url = before any section\n")

    read_pip_configuration(_home(tmp_path, PIP_CONFIG_FILE=str(chosen)))
