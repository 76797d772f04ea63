"""One lock gives one pack, wherever and whenever it is built."""

from __future__ import annotations

import platform
from pathlib import Path

from integration.builders.environments import Workshop, said_by, wheels_only
from tiny_wheels import make_wheel

_HERE = f"=={'.'.join(platform.python_version_tuple()[:2])}.*"


def test_a_cold_cache_and_another_folder_give_the_same_bytes(workshop: Workshop, wheels: Path, tmp_path: Path) -> None:
    request = wheels_only(_HERE, wheels, "tiny")
    first = workshop.pack(request)
    elsewhere = Workshop(tmp_path / "a" / "much longer" / "path", {"UV_CACHE_DIR": str(tmp_path / "cold")})

    second = elsewhere.pack(request, first.lock)

    assert first.sha256 == second.sha256
    assert (tmp_path / "cold").is_dir()


def test_an_index_that_has_moved_changes_nothing(workshop: Workshop, wheels: Path, tmp_path: Path) -> None:
    first = workshop.pack(wheels_only(_HERE, wheels, "tiny"))
    moved = wheels.rename(tmp_path / "moved-wheels")

    second = workshop.pack(wheels_only(_HERE, moved, "tiny"))

    assert first.lock == second.lock
    assert first.sha256 == second.sha256


def test_a_file_of_several_distributions_has_the_bytes_of_the_one_that_needs_the_others(
    workshop: Workshop, wheels: Path
) -> None:
    make_wheel(wheels, "zz-part", files={"shared.py": "owner = 'part'\n" + "#" * 5000})
    make_wheel(wheels, "yy-part", files={"shared.py": "owner = 'other part'\n"})
    make_wheel(wheels, "aa-whole", files={"shared.py": "owner = 'whole'\n"}, requires=("zz-part", "yy-part"))

    prefix = workshop.unpacked(wheels_only(_HERE, wheels, "aa-whole"))

    assert said_by(prefix, "import json, shared; print(json.dumps(shared.owner))") == "whole"


def test_building_leaves_the_cache_as_it_was(workshop: Workshop, wheels: Path, tmp_path: Path) -> None:
    workshop.variables = {"UV_CACHE_DIR": str(tmp_path / "cache")}
    request = wheels_only(_HERE, wheels, "tiny")
    first = workshop.pack(request)
    archive = {path: path.read_bytes() for path in (tmp_path / "cache").rglob("*.py")}

    second = workshop.pack(request, first.lock)

    assert archive
    assert archive == {path: path.read_bytes() for path in archive}
    assert first.sha256 == second.sha256
