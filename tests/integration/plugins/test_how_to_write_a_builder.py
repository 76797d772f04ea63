"""The distribution of the how-to page, installed and tested as the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from commands import Commands
from tiny_wheels import make_wheel

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-builder.md"
FILE = re.compile(r"`(?P<name>[\w.]+)`:\n\n```(?:toml|python)\n(?P<text>.*?)```", re.DOTALL)


@pytest.fixture
def company(install: Any, tmp_path: Path) -> Commands:
    """The page's files, of which the distribution is installed, and the company's index in a folder."""
    files = {match["name"]: match["text"] for match in FILE.finditer(PAGE.read_text(encoding="utf-8"))}
    folder = tmp_path / "distribution"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert sorted(files) == ["company_builder.py", "pyproject.toml", "test_company_builder.py"]
    commands: Commands = install(folder)
    return commands


@pytest.fixture
def index(tmp_path: Path) -> str:
    """A simple index of one wheel."""
    wheel = make_wheel(tmp_path / "simple" / "company-features", "company-features")
    page = f'<a href="{wheel.name}">{wheel.name}</a>\n'
    wheel.with_name("index.html").write_text(page, encoding="utf-8")
    return (tmp_path / "simple").as_uri()


def test_the_builder_keeps_every_promise(company: Commands, index: str, tmp_path: Path) -> None:
    company.environ.update(UV_PYTHON_DOWNLOADS="never", UV_HTTP_RETRIES="0", COMPANY_INDEX=index)
    test = tmp_path / "distribution" / "test_company_builder.py"

    done = company.run("pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(test.parent), str(test))

    assert re.search(r"^\d+ passed in ", done.out.splitlines()[-1])


def test_the_builder_is_listed_and_says_why_it_is_not_usable(company: Commands) -> None:
    found = {each["name"]: each for each in json.loads(company.run("oci-mlflow", "builders", "--json").out)}

    assert next(iter(found)) == "company"
    assert found["company"]["distribution"] == "company-builder"
    assert found["company"]["unusable"] == "the variable COMPANY_INDEX does not name the company's index"
