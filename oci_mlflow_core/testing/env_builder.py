"""The contract of the EnvBuilder port, and a builder in memory."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import shutil
import subprocess
import tarfile
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import attrs
import pytest

from oci_mlflow_core.errors import BuildError, UnsolvableEnvironmentError
from oci_mlflow_core.model.environment import EnvironmentRequest, Lock
from oci_mlflow_core.model.pack import BuiltPrefix, PackFile, PackManifest
from oci_mlflow_core.ports.env_builder import EnvBuilder, EnvPacker
from oci_mlflow_core.testing.equal_packs import difference
from oci_mlflow_core.testing.memory_env_builder import MemoryEnvBuilder
from oci_mlflow_core.testing.packing import packed_file
from oci_mlflow_core.testing.progress_sink import RecordingStep

__all__ = ["EnvBuilderContract", "MemoryEnvBuilder"]

_MANIFEST = PackManifest(name="sample", version="1", slug="sample_v1", python="3.11.7")


@attrs.frozen
class _Made:
    """What one lock and build gave."""

    lock: Lock
    pack: PackFile
    workspace: Path


_MADE = pytest.StashKey[_Made]()


class EnvBuilderContract:
    """What every builder does. Fixtures: `builder`, `packer`, `satisfiable`, `module`, `unsolvable`, `unreachable`."""

    @pytest.fixture
    @abstractmethod
    def builder(self) -> EnvBuilder:
        """The builder under test."""

    @pytest.fixture
    @abstractmethod
    def packer(self) -> EnvPacker:
        """What packs its prefixes; not used for a builder that packs for itself."""

    @pytest.fixture
    @abstractmethod
    def satisfiable(self) -> EnvironmentRequest:
        """An environment that can be made; each requirement is locked with a hash."""

    @pytest.fixture
    @abstractmethod
    def module(self) -> str:
        """A module that can be imported there."""

    @pytest.fixture
    @abstractmethod
    def unsolvable(self) -> EnvironmentRequest:
        """An environment whose requirements cannot be met."""

    @pytest.fixture
    @abstractmethod
    def unreachable(self) -> tuple[EnvironmentRequest, str]:
        """An environment from an index that does not answer, and the password that its URL holds."""

    @pytest.fixture
    def step(self) -> RecordingStep:
        """A step that remembers what it was told."""
        return RecordingStep("environment")

    @pytest.fixture
    def workspace(self, tmp_path: Path) -> Callable[[str], Path]:
        """Makes new folders."""

        def make(name: str) -> Path:
            folder = tmp_path / "workspaces" / name
            folder.mkdir(parents=True)
            return folder

        return make

    @pytest.fixture
    def make(
        self,
        builder: EnvBuilder,
        packer: EnvPacker,
        satisfiable: EnvironmentRequest,
        workspace: Callable[[str], Path],
        step: RecordingStep,
    ) -> Callable[[str], _Made]:
        """Locks, builds and packs what can be made, in a workspace of that name."""

        def make(name: str) -> _Made:
            folder = workspace(name)
            lock = builder.lock(satisfiable, workspace(f"{name}-lock"), step)
            built = builder.build(satisfiable, lock, folder, step)
            if isinstance(built, BuiltPrefix):
                to = workspace(f"{name}-pack") / "pack.tar.gz"
                built = packed_file(packer, built, _MANIFEST, to, step)
            return _Made(lock, built, folder)

        return make

    @pytest.fixture
    def made(
        self,
        make: Callable[[str], _Made],
        request: pytest.FixtureRequest,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> _Made:
        """What several tests of the class look at: made once, because an environment takes seconds."""
        kept = request.node.getparent(pytest.Class).stash
        if _MADE not in kept:
            fresh = make("a-name-that-is-nowhere-else")
            pack = tmp_path_factory.mktemp("made") / fresh.pack.path.name
            shutil.copyfile(fresh.pack.path, pack)
            shutil.rmtree(fresh.workspace.parent)
            kept[_MADE] = attrs.evolve(fresh, pack=attrs.evolve(fresh.pack, path=pack))
        made: _Made = kept[_MADE]
        return made

    def test_1_equal_requests_give_equal_locks(
        self,
        builder: EnvBuilder,
        satisfiable: EnvironmentRequest,
        workspace: Callable[[str], Path],
        step: RecordingStep,
    ) -> None:
        first = builder.lock(satisfiable, workspace("first"), step)

        second = builder.lock(attrs.evolve(satisfiable), workspace("second"), step)

        assert first == second
        assert first.digest == second.digest

    def test_1_a_lock_survives_being_written_and_read(
        self,
        builder: EnvBuilder,
        satisfiable: EnvironmentRequest,
        workspace: Callable[[str], Path],
        step: RecordingStep,
    ) -> None:
        lock = builder.lock(satisfiable, workspace("lock"), step)

        assert lock == Lock.from_text(lock.to_text())

    def test_2_a_file_whose_hash_is_not_the_locks_is_refused(
        self,
        builder: EnvBuilder,
        satisfiable: EnvironmentRequest,
        workspace: Callable[[str], Path],
        step: RecordingStep,
    ) -> None:
        lock = builder.lock(satisfiable, workspace("lock"), step)
        wrong = tuple(attrs.evolve(locked, hashes=(f"sha256:{64 * '0'}",)) for locked in lock.pip)

        with pytest.raises(BuildError) as caught:
            builder.build(satisfiable, attrs.evolve(lock, pip=wrong), workspace("build"), step)

        assert caught.value.stage == "build"

    def test_3_a_pack_works_at_another_path_when_all_else_is_gone(
        self, made: _Made, module: str, tmp_path: Path
    ) -> None:
        elsewhere = tmp_path / "else where"

        _unpack(made.pack.path, elsewhere)

        assert not made.workspace.exists()
        assert _run(elsewhere, f"import {module}; print({module}.__file__)").startswith(str(elsewhere.resolve()))

    def test_3_activating_it_puts_its_python_first(self, made: _Made, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        _unpack(made.pack.path, elsewhere)

        answer = subprocess.run(
            ["/bin/sh", "-c", '. "$1/bin/activate" && command -v python', "sh", str(elsewhere)],
            capture_output=True,
            text=True,
            check=True,
        )

        assert answer.stdout.strip() == str(elsewhere / "bin" / "python")

    def test_3_no_file_of_a_pack_names_the_folder_that_it_was_built_in(self, made: _Made, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"

        _extract(made.pack.path, elsewhere)

        built_in = str(made.workspace).encode()
        files = [path for path in elsewhere.rglob("*") if path.is_file() and not path.is_symlink()]
        assert [path for path in files if built_in in path.read_bytes()] == []

    def test_4_two_builds_of_one_lock_are_the_same_bytes(self, made: _Made, make: Callable[[str], _Made]) -> None:
        second = make("second")

        assert made.lock == second.lock
        assert difference(made.pack.path, second.pack.path) == ""

    def test_5_what_cannot_be_met_says_so(
        self,
        builder: EnvBuilder,
        unsolvable: EnvironmentRequest,
        workspace: Callable[[str], Path],
        step: RecordingStep,
    ) -> None:
        folder = workspace("lock")

        with pytest.raises(UnsolvableEnvironmentError) as caught:
            builder.lock(unsolvable, folder, step)

        assert caught.value.reason
        assert [folder] == list(folder.parent.iterdir())

    def test_6_no_credential_is_told(
        self,
        builder: EnvBuilder,
        unreachable: tuple[EnvironmentRequest, str],
        workspace: Callable[[str], Path],
        step: RecordingStep,
    ) -> None:
        request, password = unreachable

        with pytest.raises(BuildError) as caught:
            builder.lock(request, workspace("lock"), step)

        assert password not in f"{caught.value} {caught.value.hint} {step.said} {step.outcome}"


def _extract(pack: Path, to: Path) -> None:
    """Lays a pack out as carefully as the service's side has to: a pack that needs more trust is refused.

    Raises:
        AssertionError: A member lies outside, a link may lead there, or it is neither file, folder nor link.
    """
    to.mkdir()
    with tarfile.open(pack) as archive:
        members = archive.getmembers()
        assert [member.name for member in members if not _is_harmless(member)] == []
        assert len({PurePosixPath(member.name) for member in members}) == len(members)
        archive.extractall(to, filter="data")


def _is_harmless(member: tarfile.TarInfo) -> bool:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        return False
    if member.isdir() or member.isreg():
        return True
    target = PurePosixPath(member.linkname)
    ups = target.parts.count("..")
    # '..' may only lead a link's target, or a link in between could turn it to the outside
    inside = not target.is_absolute() and ".." not in target.parts[ups:]
    return inside and ups <= (len(name.parent.parts) if member.issym() else 0) and (member.issym() or member.islnk())


def _unpack(pack: Path, to: Path) -> None:
    _extract(pack, to)
    command = [str(to / "bin" / "python"), str(to / "bin" / "conda-unpack")]
    subprocess.run(command, check=True, capture_output=True)


def _run(prefix: Path, code: str) -> str:
    command = [str(prefix / "bin" / "python"), "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
