"""What the documentation shows is what happens."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from documentation_blocks import ROOT, Block, blocks
from oci_mlflow_builders.locking.channels import ALIAS_VARIABLE

from oci_mlflow_core.errors import DeploymentError, OutOfSpaceError
from oci_mlflow_core.model.environment import EnvironmentRequest
from oci_mlflow_core.model.target import Target
from oci_mlflow_core.planning.builder_choice import choose_builder
from oci_mlflow_core.spec.reading import read_spec
from oci_mlflow_plugin.error_text import error_text
from oci_mlflow_plugin.options import parse_options
from oci_mlflow_plugin.registry import load_registry

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
SHAPE = """\
kind: deployment
spec:
  infrastructure:
    kind: infrastructure
    type: modelDeployment
    spec:
      shapeName: VM.Standard.E4.Flex
      shapeConfigDetails:
        ocpus: four
        memoryInGB: 32
"""
IMAGE = """\
kind: deployment
spec:
  runtime:
    kind: runtime
    type: container
    spec:
      image: {region}.ocir.io/tenancy/image
"""
VARIABLE = """\
kind: deployment
spec:
  displayName: ${NAME_OF_IT}
"""


def read(text: str) -> object:
    return read_spec(text, source="deploy.yaml", folder=ROOT, environ={})


def out_of_space() -> object:
    raise OutOfSpaceError(Path("/home/user/.local/share/oci-mlflow"), "packing the environment")


def build_with_conda_packages() -> object:
    request = EnvironmentRequest(python="==3.11.*", pip=("mlflow",), conda=("cudatoolkit=11.8", "gdal"))
    ours = [descriptor for descriptor in load_registry().builders if descriptor.name in {"rattler", "uv"}]
    return choose_builder(ours, request, None)


#: What goes wrong under a heading of the troubleshooting page.
TROUBLES: dict[str, Callable[[], object]] = {
    "Several faults of a file at once": lambda: read(SHAPE),
    "An image name in braces": lambda: read(IMAGE),
    "A variable that is not set": lambda: read(VARIABLE),
    "A misspelt option": lambda: parse_options("create", {"dryrun": "true"}),
    "A model that needs conda": build_with_conda_packages,
    "A target with too much in it": lambda: Target.parse("oci-datascience://local/DEFAULT"),
    "A disk that is full": out_of_space,
}
TROUBLESHOOTING = {
    block.heading: block.text
    for block in blocks(ROOT / "docs" / "how-to" / "troubleshooting.md")
    if block.language == "text"
}
BUILDER_PAGE = list(blocks(ROOT / "docs" / "how-to" / "write-a-builder.md"))


def test_every_message_of_the_troubleshooting_page_has_its_trouble() -> None:
    assert set(TROUBLESHOOTING) == set(TROUBLES)


@pytest.mark.parametrize("heading", TROUBLES)
def test_troubleshooting_page_quotes_the_exact_message(heading: str) -> None:
    with pytest.raises(DeploymentError) as caught:
        TROUBLES[heading]()

    # a closed port stands for a channel that does not answer
    told = error_text(caught.value).replace(os.environ[ALIAS_VARIABLE], "https://conda.anaconda.org")
    assert told == TROUBLESHOOTING[heading].rstrip("\n")


@pytest.mark.parametrize(
    "block",
    [block for page in PAGES for block in blocks(page) if block.text.startswith("kind: deployment")],
    ids=lambda block: block.heading,
)
def test_deployment_files_of_the_documentation_are_right(block: Block) -> None:
    read(block.text)


@pytest.mark.parametrize(
    "block",
    [block for page in PAGES for block in blocks(page) if block.language == "json"],
    ids=lambda block: block.heading,
)
def test_json_of_the_documentation_is_json(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize(
    "block",
    [block for page in PAGES for block in blocks(page) if block.language == "python"],
    ids=lambda block: block.heading,
)
def test_python_of_the_documentation_is_python(block: Block) -> None:
    compile(block.text, block.heading, "exec")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_readme_has_its_two_commands() -> None:
    commands = [block.text for block in blocks(ROOT / "README.md") if block.language == "console"]

    assert commands[:2] == [
        "$ python -m pip install . && oci-mlflow demo\n",
        "$ python -m pip install tox && tox\n",
    ]


def test_builder_of_the_how_to_page_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = next(block.text for block in BUILDER_PAGE if block.text.startswith("from __future__"))
    info = tmp_path / "company_builder-1.0.dist-info"
    info.mkdir()
    (tmp_path / "company_builder.py").write_text(module, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: company-builder\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[oci_mlflow]\ncompany = company_builder\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    registry = load_registry()

    monkeypatch.delitem(sys.modules, "company_builder")
    (descriptor,) = [found for found in registry.builders if found.name == "company"]
    assert registry.owners["company"] == "company-builder"
    assert type(descriptor.factory()).__name__ == "CompanyBuilder"
    assert descriptor.refuses(EnvironmentRequest(python="==3.11.*", pip=(), conda=("gdal",))) == (
        "it installs from a pip index only"
    )
