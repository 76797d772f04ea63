"""What settling makes of each kind of file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from oci_mlflow_builders.conda_prefix.faults import SettlingError
from oci_mlflow_builders.conda_prefix.placeholders import OWN, Placed
from oci_mlflow_builders.conda_prefix.settling import settle
from unit.builders.conda_prefix.prefixes import PLACEHOLDER, Prefix, sha256_of


def _error(prefix: Prefix) -> str:
    with pytest.raises(SettlingError) as caught:
        settle(prefix.path)
    return str(caught.value)


class TestFilesOfPackages:
    def test_a_text_has_the_packages_own_bytes_again(self, prefix: Prefix) -> None:
        original = f"root={PLACEHOLDER}\nlog={PLACEHOLDER}/log\n".encode()
        file = prefix.brings("etc/probe.conf", original, f"root={prefix.path}\nlog={prefix.path}/log\n".encode())

        settled = settle(prefix.path)

        assert file.read_bytes() == original
        assert settled.placed == (Placed("etc/probe.conf", PLACEHOLDER, "text"),)
        assert settled.room is None

    def test_a_binary_has_them_again_and_limits_the_path_that_a_pack_can_lie_at(self, prefix: Prefix) -> None:
        original = b"\x7fELF\0" + PLACEHOLDER.encode() + b"/lib\0rest"
        room = b"\0" * (len(PLACEHOLDER) - len(str(prefix.path)))
        file = prefix.brings(
            "bin/probe", original, b"\x7fELF\0" + str(prefix.path).encode() + b"/lib\0" + room + b"rest"
        )

        settled = settle(prefix.path)

        assert file.read_bytes() == original
        assert settled.placed == (Placed("bin/probe", PLACEHOLDER, "binary"),)
        assert settled.room == len(PLACEHOLDER)

    def test_what_cannot_be_put_back_comes_from_the_cache(self, prefix: Prefix) -> None:
        original = f"#!{PLACEHOLDER}/bin/perl\n".encode()
        file = prefix.brings("share/tool", original, b"#!/usr/bin/env perl\n")
        prefix.cached("share/tool", original)

        settle(prefix.path, package_caches=[prefix.cache])

        assert file.read_bytes() == original

    def test_a_first_line_that_was_made_a_command_is_put_back_without_a_cache(self, prefix: Prefix) -> None:
        installed = f"#!/bin/sh\n'''exec' \"{prefix.path}/bin/perl\" \"$0\" \"$@\" #'''\nrest\n".encode()
        file = prefix.brings("share/tool", f"#!{PLACEHOLDER}/bin/perl\nrest\n".encode(), installed)

        settle(prefix.path)

        assert file.read_bytes() == f"#!{PLACEHOLDER}/bin/perl\nrest\n".encode()

    def test_the_cache_that_the_note_names_will_do(self, prefix: Prefix) -> None:
        original = f"#!{PLACEHOLDER}/bin/perl\n".encode()
        prefix.plain = {"extracted_package_dir": str(prefix.cache / "probe-1.0-h1_0")}
        file = prefix.brings("share/tool", original, b"#!/usr/bin/env perl\n")
        prefix.cached("share/tool", original)

        settle(prefix.path)

        assert file.read_bytes() == original

    def test_a_cache_with_other_bytes_is_not_believed(self, prefix: Prefix) -> None:
        prefix.brings("share/tool", f"#!{PLACEHOLDER}/bin/perl\n".encode(), b"#!/usr/bin/env perl\n")
        prefix.cached("share/tool", f"#!{PLACEHOLDER}/bin/perl6\n".encode())

        with pytest.raises(
            SettlingError, match=r"^share/tool of probe 1\.0 was changed after it was installed"
        ) as caught:
            settle(prefix.path, package_caches=[prefix.cache])

        assert str(caught.value).endswith(f"is not in the cache ({prefix.cache}/probe-1.0-h1_0)")

    def test_without_a_hash_the_cache_is_believed_and_nothing_else(self, prefix: Prefix) -> None:
        original = f"root={PLACEHOLDER}\n".encode()
        file = prefix.brings("etc/probe.conf", original, f"root={prefix.path}\n".encode(), sha256=None)

        with pytest.raises(SettlingError, match="the package is not in the cache"):
            settle(prefix.path)
        prefix.cached("etc/probe.conf", original)
        settle(prefix.path, package_caches=[prefix.cache])

        assert file.read_bytes() == original

    def test_packages_for_every_platform_lie_otherwise_in_the_cache(self, prefix: Prefix) -> None:
        original = f"ROOT = '{PLACEHOLDER}'\n".encode()
        name = "lib/python3.11/site-packages/probe/where.py"
        file = prefix.brings(name, original, b"ROOT = 'elsewhere'\n")
        prefix.cached("site-packages/probe/where.py", original)

        settle(prefix.path, package_caches=[prefix.cache])

        assert file.read_bytes() == original

    def test_a_cache_is_not_written_to_by_way_of_hard_links(self, prefix: Prefix, tmp_path: Path) -> None:
        file = prefix.brings("etc/a.conf", f"{PLACEHOLDER}\n".encode(), f"{prefix.path}\n".encode())
        shared = tmp_path / "shared"
        shared.hardlink_to(file)

        settle(prefix.path)

        assert shared.read_bytes() == f"{prefix.path}\n".encode()

    def test_a_file_that_two_packages_bring_may_be_either(self, prefix: Prefix) -> None:
        prefix.brings("share/common.txt", b"one\n")
        prefix.brings("share/common.txt", b"two\n")

        settle(prefix.path)

        assert (prefix.path / "share" / "common.txt").read_bytes() == b"two\n"

    @pytest.mark.parametrize("change", ["gone", "other"])
    def test_a_file_that_is_not_the_packages_any_more_is_an_error(self, prefix: Prefix, change: str) -> None:
        file = prefix.brings("lib/data.txt", b"as brought\n")
        file.unlink()
        if change == "other":
            file.write_bytes(b"as it was brought\n")

        fault = _error(prefix)

        how = {"gone": "is gone", "other": "is not as it brought it"}[change]
        assert fault == f"conda's probe 1.0 was installed over: its lib/data.txt {how}"


class TestScripts:
    def test_a_script_of_a_package_finds_the_python_beside_it(self, prefix: Prefix) -> None:
        original = f"#!{PLACEHOLDER}/bin/python3.11\nprint()\n".encode()
        file = prefix.brings("bin/tool", original, f"#!{prefix.path}/bin/python3.11\nprint()\n".encode())

        settled = settle(prefix.path)

        assert file.read_bytes().startswith(b"#!/bin/sh\n'''exec' ")
        assert file.read_bytes().endswith(b"print()\n")
        assert settled.placed == ()

    def test_a_placeholder_elsewhere_in_it_is_kept(self, prefix: Prefix) -> None:
        original = f"#!{PLACEHOLDER}/bin/python\nHOME = '{PLACEHOLDER}'\n".encode()
        prefix.brings("bin/tool", original, original.replace(PLACEHOLDER.encode(), str(prefix.path).encode()))

        settled = settle(prefix.path)

        assert settled.placed == (Placed("bin/tool", PLACEHOLDER, "text"),)

    def test_an_entry_point_is_noted_as_it_is_now(self, prefix: Prefix) -> None:
        file = prefix.brings(
            "bin/greet", f"#!{prefix.path}/bin/python\nx\n".encode(), path_type="unix_python_entry_point"
        )

        settle(prefix.path)

        data = file.read_bytes()
        assert str(prefix.path).encode() not in data
        assert prefix.noted_of("bin/greet") == {
            "_path": "bin/greet",
            "path_type": "unix_python_entry_point",
            "sha256": sha256_of(data),
            "size_in_bytes": len(data),
        }

    def test_a_script_that_names_the_python_of_the_installer_is_rewritten(self, prefix: Prefix) -> None:
        file = prefix.file("bin/tiny", b"#!/usr/bin/python3.12\nprint()\n")

        settle(prefix.path, installed_by=[Path("/usr/bin/python3.12")])

        assert file.read_bytes().startswith(b"#!/bin/sh\n")

    def test_a_script_for_another_interpreter_stays(self, prefix: Prefix) -> None:
        file = prefix.file("bin/shell", b"#!/bin/sh\necho\n")

        settle(prefix.path)

        assert file.read_bytes() == b"#!/bin/sh\necho\n"


class TestOtherFiles:
    def test_a_text_gets_the_own_placeholder(self, prefix: Prefix) -> None:
        file = prefix.file("lib/python3.11/site-packages/tool.pth", f"{prefix.path}/share\n".encode())

        settled = settle(prefix.path)

        assert file.read_bytes() == f"{OWN}/share\n".encode()
        assert settled.placed == (Placed("lib/python3.11/site-packages/tool.pth", OWN, "text"),)

    def test_it_is_found_in_a_file_of_megabytes_as_well(self, prefix: Prefix) -> None:
        prefix.file("share/large.txt", b"x\n" * (1 << 20) + f"{prefix.path}\n".encode())

        assert settle(prefix.path).placed == (Placed("share/large.txt", OWN, "text"),)

    def test_a_prefix_behind_a_link_is_found_under_both_names(self, prefix: Prefix, tmp_path: Path) -> None:
        link = tmp_path / "by-another-name"
        link.symlink_to(prefix.path)
        prefix.file("share/a.txt", f"{link}\n{prefix.path}\n".encode())

        settle(link)

        assert (prefix.path / "share" / "a.txt").read_text() == f"{OWN}\n{OWN}\n"

    def test_a_binary_is_an_error(self, prefix: Prefix) -> None:
        prefix.file("lib/built.so", b"\0" + str(prefix.path).encode())

        fault = _error(prefix)

        assert (
            fault == f"lib/built.so holds the path that the environment was built at, {prefix.path}, and it is no text"
        )

    def test_the_mark_of_a_cache_is_removed(self, prefix: Prefix) -> None:
        mark = prefix.file("CACHEDIR.TAG", b"Signature: 8a477f597d28d172789f06886806bc55\n")

        settle(prefix.path)

        assert not mark.exists()


class TestLinks:
    def test_a_link_by_the_whole_path_becomes_relative(self, prefix: Prefix) -> None:
        prefix.file("lib/libx.so.1", b"x")
        link = prefix.path / "share" / "x"
        link.parent.mkdir()
        link.symlink_to(prefix.path / "lib" / "libx.so.1")

        settle(prefix.path)

        assert str(link.readlink()) == "../lib/libx.so.1"

    @pytest.mark.parametrize("target", ["/etc/passwd", "../../elsewhere"])
    def test_a_link_out_of_the_prefix_is_an_error(self, prefix: Prefix, target: str) -> None:
        link = prefix.path / "lib" / "x"
        link.parent.mkdir()
        link.symlink_to(target)

        assert _error(prefix) == f"lib/x is a link to {target}, outside of the environment"


class TestBytecode:
    _PATH = "lib/python3.11/__pycache__/probe.cpython-311.pyc"

    def test_code_that_is_valid_for_a_time_is_removed_with_its_folder(self, prefix: Prefix) -> None:
        file = prefix.brings(self._PATH, b"\xa7\r\r\n" + bytes(4) + b"time" + b"size" + b"code")

        settle(prefix.path)

        assert not file.parent.exists()
        assert prefix.noted()["files"] == []
        assert prefix.noted()["paths_data"]["paths"] == []

    def test_code_that_is_valid_for_a_hash_stays(self, prefix: Prefix) -> None:
        file = prefix.file(self._PATH, b"\xa7\r\r\n" + b"\1\0\0\0" + b"hash" * 2 + b"code")

        settle(prefix.path)

        assert file.exists()

    def test_unless_it_holds_where_it_was_compiled(self, prefix: Prefix) -> None:
        file = prefix.file(self._PATH, b"\xa7\r\r\n" + b"\1\0\0\0" + b"hash" * 2 + str(prefix.path).encode() + b"\0")

        settle(prefix.path)

        assert not file.exists()

    def test_a_module_that_has_no_source_stays(self, prefix: Prefix) -> None:
        file = prefix.file("lib/python3.11/site-packages/closed.pyc", b"\xa7\r\r\n" + bytes(12) + b"code")

        settle(prefix.path)

        assert file.exists()


class TestNotes:
    def test_how_the_package_came_here_is_forgotten(self, prefix: Prefix) -> None:
        prefix.plain = {
            "extracted_package_dir": "/caches/probe-1.0-h1_0",
            "package_tarball_full_path": "/caches/probe-1.0-h1_0.conda",
            "link": {"source": "/caches/probe-1.0-h1_0", "type": 3},
            "requested_spec": "probe",
            "requested_specs": ["probe"],
            "auth": "token",
            "license": "MIT",
            "timestamp": 1700000000000,
            "track_features": "",
        }
        prefix.note()

        settle(prefix.path)

        assert prefix.noted() == {
            "name": "probe",
            "version": "1.0",
            "build": "h1_0",
            "fn": "probe-1.0-h1_0.conda",
            "subdir": "linux-64",
            "channel": "https://host/channel/",
            "url": "https://host/channel/linux-64/probe-1.0-h1_0.conda",
            "depends": ["other"],
            "constrains": [],
            "license": "MIT",
            "timestamp": 1700000000000,
            "files": [],
            "paths_data": {"paths": [], "paths_version": 1},
            "extracted_package_dir": "",
            "link": {"source": "", "type": 1},
        }

    @pytest.mark.parametrize(
        "base", ["https://ann:secret@host/channel", "https://host/t/an-secret-1/channel", "https://secret@host/channel"]
    )
    def test_credentials_are_left_out(self, prefix: Prefix, base: str) -> None:
        prefix.plain = {"channel": base, "url": f"{base}/linux-64/probe-1.0-h1_0.conda"}
        prefix.note()

        settle(prefix.path)

        assert prefix.noted()["channel"] == "https://host/channel"
        assert prefix.noted()["url"] == "https://host/channel/linux-64/probe-1.0-h1_0.conda"

    @pytest.mark.parametrize(
        ("channel", "url"),
        [
            ("conda-forge", "https://conda.anaconda.org/conda-forge/linux-64/probe-1.0-h1_0.conda"),
            ("https://own/packages/", "https://own/packages/linux-64/probe-1.0-h1_0.conda"),
        ],
    )
    def test_a_channel_is_noted_as_it_is_named(self, prefix: Prefix, channel: str, url: str) -> None:
        settle(prefix.path, channels={"probe-1.0-h1_0.conda": channel})

        assert prefix.noted()["channel"] == channel.rstrip("/")
        assert prefix.noted()["url"] == url

    def test_the_history_is_emptied(self, prefix: Prefix) -> None:
        history = prefix.file("conda-meta/history", b"==> 2024-01-01 <==\n# cmd: conda create\n")

        settle(prefix.path)

        assert history.read_bytes() == b""

    def test_a_damaged_note_is_named(self, prefix: Prefix) -> None:
        note = prefix.file("conda-meta/broken-1-0.json", b"{")

        assert _error(prefix).startswith(f"{note} is damaged: ")


class TestDistributionsOfPip:
    _SITE = "lib/python3.11/site-packages"

    def _distribution(self, prefix: Prefix, rows: str) -> Path:
        info = f"{self._SITE}/tiny-1.0.dist-info"
        prefix.file(f"{info}/METADATA", b"Name: tiny\nVersion: 1.0\n")
        return prefix.file(f"{info}/RECORD", rows.encode())

    def test_the_list_of_files_says_what_a_rewritten_script_is_now(self, prefix: Prefix) -> None:
        script = prefix.file("bin/tiny", f"#!{prefix.path}/bin/python\n".encode())
        record = self._distribution(prefix, "../../../bin/tiny,sha256=old,1\ntiny.py,sha256=same,1\n")

        settle(prefix.path)

        line = record.read_text().splitlines()[0].split(",")
        assert line[0] == "../../../bin/tiny"
        assert line[1].startswith("sha256=")
        assert line[2] == str(len(script.read_bytes()))
        assert record.read_text().splitlines()[1] == "tiny.py,sha256=same,1"

    def test_compiled_code_is_no_longer_listed(self, prefix: Prefix) -> None:
        prefix.file(f"{self._SITE}/__pycache__/tiny.cpython-311.pyc", bytes(16))
        record = self._distribution(prefix, "__pycache__/tiny.cpython-311.pyc,,\ntiny.py,,\n")

        settle(prefix.path)

        assert record.read_text() == "tiny.py,,\n"

    def test_where_a_file_was_installed_from_is_forgotten(self, prefix: Prefix) -> None:
        record = self._distribution(prefix, "tiny-1.0.dist-info/direct_url.json,sha256=x,1\ntiny.py,,\n")
        origin = prefix.file(
            f"{self._SITE}/tiny-1.0.dist-info/direct_url.json", b'{"url": "file:///tmp/wheels/tiny-1.0.whl"}'
        )

        settle(prefix.path)

        assert not origin.exists()
        assert record.read_text() == "tiny.py,,\n"

    @pytest.mark.parametrize(
        ("url", "kept"),
        [
            ("git+https://ann:secret@host/t.git", "git+https://host/t.git"),
            ("https://host/p/secret/n/ns/b/wheels/o/t.whl", "https://host/n/ns/b/wheels/o/t.whl"),
            ("https://host/t.whl?X-Signature=secret&X-Expires=9#sha256=0a", "https://host/t.whl#sha256=0a"),
        ],
    )
    def test_credentials_of_an_origin_are_left_out(self, prefix: Prefix, url: str, kept: str) -> None:
        self._distribution(prefix, "tiny.py,,\n")
        origin = prefix.file(f"{self._SITE}/tiny-1.0.dist-info/direct_url.json", json.dumps({"url": url}).encode())

        settle(prefix.path)

        assert json.loads(origin.read_text()) == {"url": kept}

    def test_the_list_of_a_conda_package_stays_as_it_was_brought(self, prefix: Prefix) -> None:
        info = f"{self._SITE}/probe-1.0.dist-info"
        prefix.brings(f"{info}/METADATA", b"Name: probe\n")
        prefix.brings(f"{info}/direct_url.json", b'{"url": "file:///home/conda/work"}')
        record = prefix.brings(f"{info}/RECORD", b"__pycache__/probe.pyc,,\n../../../bin/probe,,\n")

        settle(prefix.path)

        assert record.read_bytes() == b"__pycache__/probe.pyc,,\n../../../bin/probe,,\n"
        assert (prefix.path / info / "direct_url.json").exists()


def test_a_prefix_with_a_script_for_activation_of_its_own_keeps_it(prefix: Prefix) -> None:
    file = prefix.brings("bin/activate", b"# conda's own\n")

    settle(prefix.path)

    assert hashlib.sha256(file.read_bytes()).hexdigest() == prefix.noted_of("bin/activate")["sha256"]
    assert (prefix.path / "bin" / "conda-unpack").exists()
