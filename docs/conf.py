"""Sphinx configuration: MyST pages, and reference pages that are made from the code."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "oci-mlflow-plugin"
copyright = "the oci-mlflow-plugin contributors"  # noqa: A001 - Sphinx's name
release = version_of("oci-mlflow-plugin")
version = release

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "sphinx_copybutton",
    "code_tables",
]
exclude_patterns = ["changelog/*", "_build"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"oci-mlflow-plugin {release}"
copybutton_prompt_text = "$ "

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
# The inventories of the standard library and of other projects are not at hand.
nitpick_ignore_regex = [
    ("py:.*", r"(?!oci_mlflow_core\.).*"),
    # the classes of the deployment file have tables of their keys in place of autodoc
    ("py:.*", r"oci_mlflow_core\.spec\..*"),
    # private names stand in signatures alone
    ("py:.*", r".*\._[A-Z]\w*"),
    # type variables are documented nowhere
    ("py:.*", r".*\.T(_co)?"),
]
