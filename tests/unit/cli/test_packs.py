"""``oci-mlflow packs``."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from unit.cli.kept_packs import archive, keep, kept_file, manifest_of

from oci_mlflow_core.model.pack import ObjectLocation, PackFile
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_core.testing.sample_packs import sample_lock
from oci_mlflow_plugin.adapters.filesystem_packs.store import FolderPackStore
from oci_mlflow_plugin.adapters.home.layout import Home

LOCAL = ("-t", "oci-datascience://local")
URI = "oci://packs@ns/cpu/fraud/1/fraud_v1"
#: A gzip stream of deflate blocks of a type that there is not.
GARBLED = gzip.compress(b"")[:10] + b"\xff" * 200
HINT = "Hint: 'oci-mlflow packs list' shows"


def publish(folder: Path, *, locked: bool = True) -> PackFile:
    """A pack in the store of this machine."""
    lock = sample_lock()
    path = archive(folder / "published.tar.gz")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    given = lock if locked else None
    pack = PackFile(path=path, sha256=sha256, size=path.stat().st_size, manifest=manifest_of(lock, "fraud"), lock=given)
    FolderPackStore(Home(folder / "home")).publish(ObjectLocation.parse(URI), pack, RecordingStep("publish"))
    return pack


class TestList:
    def test_nothing_is_kept_at_first(self, run: Any) -> None:
        assert run("packs", "list").stdout == "LOCK  NAME  PYTHON  PACKAGES  MB  LAST USED\n"

    def test_packs_are_listed_with_the_one_that_was_used_last_first(self, run: Any, tmp_path: Path) -> None:
        old, new = keep(tmp_path, "fraud"), keep(tmp_path, "churn", "2.0", days=40)

        lines = run("packs", "list").stdout.splitlines()

        assert lines == [
            "LOCK          NAME   PYTHON  PACKAGES   MB  LAST USED",
            f"{new.digest[:12]}  churn  3.11.7         1  6.5  2026-02-10 12:30",
            f"{old.digest[:12]}  fraud  3.11.7         1  6.5  2026-01-01 12:30",
        ]

    def test_json_says_more(self, run: Any, tmp_path: Path) -> None:
        lock = keep(tmp_path, "fraud")
        path = kept_file(tmp_path, lock)

        assert json.loads(run("packs", "list", "--json").stdout) == [
            {
                "lock_digest": lock.digest,
                "name": "fraud",
                "python": "3.11.7",
                "platform": "linux-64",
                "packages": 1,
                "size": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "last_used": "2026-01-01T12:30:00+00:00",
                "in_use": False,
                "path": str(path),
            }
        ]


class TestPrune:
    def test_the_ones_that_were_not_used_for_longest_go(self, run: Any, tmp_path: Path) -> None:
        keep(tmp_path, "fraud")
        keep(tmp_path, "churn", "2.0", days=40)

        done = run("packs", "prune", "--max-size", "8MB")

        assert done.stdout == "removed 1 pack (6.5 MB), kept 1 pack (6.5 MB)\n"
        assert "churn" in run("packs", "list").stdout

    def test_json_names_what_went_and_what_stays(self, run: Any, tmp_path: Path) -> None:
        keep(tmp_path, "fraud")

        found = json.loads(run("packs", "prune", "--max-size", "0", "--json").stdout)

        assert ([pack["name"] for pack in found["removed"]], found["kept"]) == (["fraud"], [])

    @pytest.mark.parametrize("size", ["8000000", "8MB", "8 mb", "0.008G", "8000k"])
    def test_sizes_are_decimal(self, run: Any, tmp_path: Path, size: str) -> None:
        keep(tmp_path, "fraud")
        keep(tmp_path, "churn", "2.0", days=40)

        assert run("packs", "prune", "--max-size", size).stdout.startswith("removed 1 pack ")

    @pytest.mark.parametrize("size", ["-1", "many", "8MiB", ""])
    def test_what_is_no_size_is_told(self, run: Any, size: str) -> None:
        done = run("packs", "prune", "--max-size", size)

        assert done.exit_code == 2
        assert done.stderr.splitlines()[-1] == (
            f"Error: Invalid value for '--max-size': expected a size such as 500MB, 2GB or 0, got '{size}'"
        )


class TestVerify:
    def test_packs_that_are_what_they_were_are_in_order(self, run: Any, tmp_path: Path) -> None:
        lock = keep(tmp_path, "fraud")

        done = run("packs", "verify")

        assert (done.exit_code, done.stdout) == (0, f"ok       {lock.digest[:12]}  fraud\n")

    def test_a_pack_that_was_altered_ends_it_with_exit_code_1(self, run: Any, tmp_path: Path) -> None:
        keep(tmp_path, "fraud")
        lock = keep(tmp_path, "churn", "2.0", days=40)
        kept_file(tmp_path, lock).write_bytes(b"altered")

        done = run("packs", "verify")

        assert done.exit_code == 1
        assert done.stdout.splitlines()[0] == f"ALTERED  {lock.digest[:12]}  churn"
        assert done.stderr.endswith(
            "Error: 1 of 2 packs was altered\n"
            "Hint: Such a pack is not used: it is removed and built again when it is needed next.\n"
        )

    def test_only_the_packs_that_are_named_are_read(self, run: Any, tmp_path: Path) -> None:
        right = keep(tmp_path, "fraud")
        wrong = keep(tmp_path, "churn", "2.0", days=40)
        kept_file(tmp_path, wrong).write_bytes(b"altered")

        done = run("packs", "verify", right.digest[:8], "--json")

        assert (done.exit_code, json.loads(done.stdout)) == (0, [{"lock_digest": right.digest, "altered": False}])


class TestShow:
    def test_a_pack_is_shown_with_its_largest_packages(self, run: Any, tmp_path: Path) -> None:
        lock = keep(tmp_path, "fraud")
        path = kept_file(tmp_path, lock)

        done = run("packs", "show", lock.digest[:8])

        assert done.stdout.splitlines() == [
            "name      fraud",
            "version   1",
            "python    3.11.7",
            "platform  linux-64",
            "builder   sample",
            f"lock      {lock.digest}",
            "packages  1",
            "size      6.5 MB",
            f"sha256    {hashlib.sha256(path.read_bytes()).hexdigest()}",
            "path      oci://packs@ns/cpu/fraud/1/fraud_v1",
            "",
            "the largest of 6.5 MB on disk:",
            "      4.0 MB  large-one",
            "      2.0 MB  zlib",
            "      0.5 MB  (other files)",
            "      0.0 MB  small",
        ]

    @pytest.mark.parametrize(
        "content",
        [b"no archive", gzip.compress(b"no archive"), gzip.compress(bytes(range(256)) * 99)[:-40], GARBLED],
        ids=["no gzip", "no tar", "cut", "garbled"],
    )
    def test_a_pack_that_is_no_archive_is_told(self, run: Any, tmp_path: Path, content: bytes) -> None:
        lock = keep(tmp_path, "fraud", content=content)

        done = run("packs", "show", lock.digest)

        assert done.exit_code == 1
        assert f"Error: {kept_file(tmp_path, lock)}: it cannot be read: " in done.stderr

    def test_json_has_the_whole_lock(self, run: Any, tmp_path: Path) -> None:
        lock = keep(tmp_path, "fraud")

        found = json.loads(run("packs", "show", lock.digest, "--json").stdout)

        assert found["lock"] == json.loads(lock.to_text())
        assert found["packages"]["zlib"] == 2_000_000
        assert found["manifest"]["name"] == "fraud"

    def test_of_a_published_pack_the_manifest_is_known(self, run: Any, tmp_path: Path) -> None:
        pack = publish(tmp_path)

        found = json.loads(run("packs", "show", URI, *LOCAL, "--json").stdout)

        assert (found["manifest"]["slug"], found["sha256"]) == ("fraud_v1", pack.sha256)
        assert (found["lock"], found["packages"]) == (None, {})

    def test_of_a_published_pack_that_is_here_too_all_is_known(self, run: Any, tmp_path: Path) -> None:
        publish(tmp_path)
        keep(tmp_path, "another-name")

        out = run("packs", "show", URI, *LOCAL).stdout

        assert ("name      fraud\n" in out, "4.0 MB  large-one\n" in out) == (True, True)

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (
                "abc",
                "'abc' is neither an oci:// URI nor at least 4 digits of a lock's digest\n" + HINT + " the digests.",
            ),
            (
                "fraud",
                "'fraud' is neither an oci:// URI nor at least 4 digits of a lock's digest\n" + HINT + " the digests.",
            ),
            ("0000", "0000: no pack of such a lock is on this machine\n" + HINT + " those that are here."),
        ],
    )
    def test_what_is_not_here_is_told(self, run: Any, given: str, message: str) -> None:
        done = run("packs", "show", given)

        assert (done.exit_code, done.stderr) == (1, f"Error: {message}\n")

    def test_a_pack_that_is_not_published_is_told(self, run: Any) -> None:
        done = run("packs", "show", URI, *LOCAL)

        assert (done.exit_code, done.stderr) == (1, f"Error: {URI}: no pack is published there\n")

    def test_what_is_no_uri_of_a_pack_is_told(self, run: Any) -> None:
        done = run("packs", "show", "s3://packs/fraud", *LOCAL)

        assert (done.exit_code, done.stderr) == (
            1,
            "Error: expected oci://<bucket>@<namespace>/<path>, got 's3://packs/fraud'\n",
        )


class TestPull:
    def test_a_published_pack_comes_among_those_of_this_machine(self, run: Any, tmp_path: Path) -> None:
        pack = publish(tmp_path)
        digest = sample_lock().digest

        done = run("packs", "pull", URI, *LOCAL)

        assert done.stdout == f"6.5 MB are in the packs of this machine, as {digest[:12]}; sha256 {pack.sha256}\n"
        assert digest[:12] in run("packs", "list").stdout

    def test_a_pack_that_is_here_is_not_fetched_again(self, run: Any, tmp_path: Path) -> None:
        publish(tmp_path)
        first = run("packs", "pull", URI, *LOCAL)

        second = run("packs", "pull", URI, *LOCAL)

        assert second.stdout == first.stdout
        assert f"pull {URI}: it is here already" in second.stderr

    def test_a_pack_that_was_altered_here_is_fetched_again(self, run: Any, tmp_path: Path) -> None:
        publish(tmp_path)
        run("packs", "pull", URI, *LOCAL)
        kept_file(tmp_path, sample_lock()).write_bytes(b"altered")

        done = run("packs", "pull", URI, *LOCAL)

        assert "was altered" in done.stderr
        assert run("packs", "verify").exit_code == 0

    def test_a_published_pack_comes_into_a_file(self, run: Any, tmp_path: Path) -> None:
        pack = publish(tmp_path)

        done = run("packs", "pull", URI, *LOCAL, "-o", "here.tar.gz")

        assert done.stdout == f"6.5 MB are in here.tar.gz; sha256 {pack.sha256}\n"
        assert (tmp_path / "here.tar.gz").read_bytes() == pack.path.read_bytes()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["here.tar.gz", "home", "published.tar.gz"]

    def test_json_says_what_came(self, run: Any, tmp_path: Path) -> None:
        pack = publish(tmp_path)

        found = json.loads(run("packs", "pull", URI, *LOCAL, "--json").stdout)

        assert found == {"lock_digest": sample_lock().digest, "sha256": pack.sha256, "size": pack.size, "file": None}

    def test_a_pack_without_a_lock_comes_into_a_file_only(self, run: Any, tmp_path: Path) -> None:
        publish(tmp_path, locked=False)

        done = run("packs", "pull", URI, *LOCAL)

        assert done.exit_code == 1
        assert done.stderr.endswith(
            f"Error: {URI}: the pack was published without a lock, and the cache finds packs by their locks\n"
            "Hint: Bring it into a file instead: -o FILE.\n"
        )
        assert run("packs", "pull", URI, *LOCAL, "-o", "here.tar.gz").exit_code == 0

    def test_a_slug_needs_a_target_with_packs_of_its_own(self, run: Any) -> None:
        done = run("packs", "pull", "generalml_p311_v1", *LOCAL)

        assert done.exit_code == 1
        assert done.stderr == (
            "Error: 'generalml_p311_v1' is no oci:// URI, and the target oci-datascience://local has no packs of its "
            "own that it could be the slug of\n"
        )

    def test_a_file_in_no_folder_is_told_before_anything_is_fetched(self, run: Any, tmp_path: Path) -> None:
        publish(tmp_path)

        done = run("packs", "pull", URI, *LOCAL, "-o", "nowhere/here.tar.gz")

        assert (done.exit_code, done.stderr) == (
            1,
            "Error: nowhere/here.tar.gz cannot be written: there is no folder nowhere\n",
        )

    def test_what_was_in_the_file_stays_where_nothing_is_published(self, run: Any, tmp_path: Path) -> None:
        (tmp_path / "here.tar.gz").write_bytes(b"mine")

        done = run("packs", "pull", URI, *LOCAL, "-o", "here.tar.gz")

        assert done.exit_code == 1
        assert f"Error: {URI}: no pack is published there" in done.stderr
        assert (tmp_path / "here.tar.gz").read_bytes() == b"mine"
