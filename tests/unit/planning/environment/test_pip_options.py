from __future__ import annotations

from typing import Any

import pytest

from oci_mlflow_core.model.environment import PipOptions


@pytest.mark.parametrize(
    ("lines", "options"),
    [
        (["--index-url https://a.example/simple"], PipOptions(index_url="https://a.example/simple")),
        (["--index-url=https://a.example/simple"], PipOptions(index_url="https://a.example/simple")),
        (["-i https://a.example/simple"], PipOptions(index_url="https://a.example/simple")),
        (
            ["--extra-index-url https://b.example", "--extra-index-url https://c.example"],
            PipOptions(extra_index_urls=("https://b.example", "https://c.example")),
        ),
        (["--find-links https://d.example/wheels"], PipOptions(find_links=("https://d.example/wheels",))),
        (["-f /srv/wheels"], PipOptions(find_links=("/srv/wheels",))),
        (["--trusted-host a.example"], PipOptions(trusted_hosts=("a.example",))),
        (["--no-index", "--pre"], PipOptions(no_index=True, pre=True)),
        (
            ["--index-url 'https://${USER}:${PASSWORD}@a.example' --trusted-host a.example"],
            PipOptions(index_url="https://${USER}:${PASSWORD}@a.example", trusted_hosts=("a.example",)),
        ),
        (
            ["-i https://a.example", "-i https://b.example"],
            PipOptions(index_url="https://a.example", extra_index_urls=("https://b.example",)),
        ),
    ],
)
def test_options_say_where_packages_come_from(models: Any, lines: list[str], options: PipOptions) -> None:
    plan = models.plan(models.virtualenv("mlflow==2.16.0", *lines))

    assert plan.request.pip_options == options


def test_options_of_conda_yaml_count_as_well(models: Any) -> None:
    files = models.conda("python=3.11", pip=("--extra-index-url https://b.example", "mlflow==2.16.0"))

    plan = models.plan(files)

    assert plan.request.pip_options == PipOptions(extra_index_urls=("https://b.example",))


def test_option_of_no_use_is_told(models: Any) -> None:
    plan = models.plan(models.virtualenv("mlflow==2.16.0", "--only-binary :all:"))

    assert plan.notes == ("requirements.txt:2:1: the option '--only-binary' is of no use here and is left out",)


def test_editable_requirement_is_installed_as_usual_and_told(models: Any) -> None:
    plan = models.plan(models.virtualenv("mlflow==2.16.0", "-e git+https://github.com/me/a.git#egg=a"))

    assert "a @ git+https://github.com/me/a.git" in plan.request.pip
    assert plan.notes == ("requirements.txt:2:1: '-e' is left out; the package is installed as usual",)


@pytest.mark.parametrize(
    ("line", "reason", "hint"),
    [
        (
            "--extra-index https://b.example",
            "pip has no option '--extra-index' for requirements files",
            "Did you mean '--extra-index-url'?",
        ),
        ("--index-url", "the option '--index-url' lacks its value", ""),
        ("--index-url 'https://a", "a quotation mark is not closed", ""),
        ("-r other.txt", "the model has no file 'other.txt'", ""),
        ("-rrequirement.txt", "the model has no file 'requirement.txt'", "Did you mean 'requirements.txt'?"),
        ("-r requirements.txt", "'requirements.txt' includes itself", ""),
    ],
)
def test_option_that_cannot_be_followed_is_an_error_at_its_place(
    models: Any, line: str, reason: str, hint: str
) -> None:
    fault = models.fault({"requirements.txt": f"mlflow==2.16.0\n{line}\n"}, python_version="3.11.7")

    assert (str(fault), fault.hint) == (f"models:/cancer/1: requirements.txt:2:1: {reason}", hint)
