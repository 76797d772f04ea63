from __future__ import annotations

from typing import Any

import pytest

_LOG_AGAIN = (
    "Log the model again with the wheel in code_paths and 'code/NAME.whl' as its requirement, or with a version."
)


def pip_of(models: Any, *lines: str) -> tuple[str, ...]:
    plan = models.plan(models.virtualenv(*lines))
    return tuple(text for text in plan.request.pip if not text.startswith("mlflow"))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Scikit_Learn == 1.3.2", "scikit-learn==1.3.2"),
        ("numpy>=1.22,<2", "numpy>=1.22,<2"),
        ("numpy<2,>=1.22", "numpy>=1.22,<2"),
        ("uvicorn[standard,Watch]==0.30", "uvicorn[Watch,standard]==0.30"),
        ("numpy # why", "numpy"),
        ("numpy;python_version<'3.12'", 'numpy; python_version < "3.12"'),
        ("torch==2.1.0+cu118", "torch==2.1.0+cu118"),
        ("numpy === 1.26.4", "numpy===1.26.4"),
        ("mypkg @ git+https://github.com/me/mypkg.git@v1", "mypkg @ git+https://github.com/me/mypkg.git@v1"),
        ("git+https://github.com/me/my_pkg.git@v1#egg=my_pkg", "my-pkg @ git+https://github.com/me/my_pkg.git@v1"),
        (
            "git+https://github.com/me/p.git#egg=p[x]&subdirectory=sub",
            "p[x] @ git+https://github.com/me/p.git#subdirectory=sub",
        ),
        (
            "https://example.com/my_pkg-1.0-py3-none-any.whl",
            "my-pkg @ https://example.com/my_pkg-1.0-py3-none-any.whl",
        ),
        (
            "a @ https://example.com/a.zip ; sys_platform == 'linux'",
            'a @ https://example.com/a.zip ; sys_platform == "linux"',
        ),
    ],
)
def test_requirement_is_normalised(models: Any, line: str, text: str) -> None:
    assert pip_of(models, line) == (text,)


def test_requirements_are_sorted(models: Any) -> None:
    assert pip_of(models, "scipy", "numpy") == ("numpy", "scipy")


def test_continued_lines_are_one(models: Any) -> None:
    assert pip_of(models, "numpy \\", "  >=1.22, \\", "  <2") == ("numpy>=1.22,<2",)


def test_comments_and_empty_lines_are_left_out(models: Any) -> None:
    assert pip_of(models, "# numpy", "", "   # scipy", "numpy") == ("numpy",)


def test_hash_sign_without_a_space_is_part_of_a_url(models: Any) -> None:
    assert pip_of(models, "a @ https://example.com/a.zip#sha256=00") == ("a @ https://example.com/a.zip#sha256=00",)


def test_hashes_are_kept_beside_the_requirement(models: Any) -> None:
    plan = models.plan(models.virtualenv("NumPy==1.26.4 \\", "  --hash=sha256:bb \\", "  --hash sha256:aa"))

    assert "numpy==1.26.4" in plan.request.pip
    assert plan.request.hashes == (("numpy", ("sha256:aa", "sha256:bb")),)


def test_file_that_begins_with_a_byte_order_mark_is_read(models: Any) -> None:
    assert pip_of(models, "\ufeffnumpy") == ("numpy",)


def test_build_dependencies_stay_except_pip(models: Any) -> None:
    files = models.virtualenv("mlflow==2.16.0")
    files["python_env.yaml"] += "build_dependencies:\n- pip==23.2.1\n- setuptools==65.5.0\n- wheel==0.41.0\n"

    plan = models.plan(files)

    assert plan.request.pip == ("mlflow==2.16.0", "setuptools==65.5.0", "wheel==0.41.0")


def test_requirements_file_alone_is_enough(models: Any) -> None:
    plan = models.plan({"requirements.txt": "mlflow==2.16.0\n"}, python_version="3.11.7")

    assert (plan.request.python, plan.request.pip) == ("3.11.7", ("mlflow==2.16.0",))


@pytest.mark.parametrize(
    ("line", "reason", "hint"),
    [
        ("numpy=1.26", "'numpy=1.26' is not a requirement", "Two equals signs pin a version for pip: 'numpy==1.26'."),
        ("numpy=>1.26", "'numpy=>1.26' is not a requirement", "Did you mean 'numpy>=1.26'?"),
        ("numpy =< 2", "'numpy =< 2' is not a requirement", "Did you mean 'numpy<=2'?"),
        ("num py", "'num py' is not a requirement", ""),
        (
            "./mypkg",
            "'./mypkg' is not a requirement",
            "A folder cannot be installed where the model is served; put a wheel of it into the model's code_paths.",
        ),
        (
            "numpy @ file:///croot/numpy/dist/numpy-1.26.whl",
            "'file:///croot/numpy/dist/numpy-1.26.whl' is a path on the machine that logged the model",
            _LOG_AGAIN,
        ),
        (
            "/dbfs/libs/a-1.0-py3-none-any.whl",
            "'/dbfs/libs/a-1.0-py3-none-any.whl' is a path on the machine that logged the model",
            _LOG_AGAIN,
        ),
        (
            "git+https://me:secret@github.com/me/mypkg.git",
            "'git+https://***@github.com/me/mypkg.git' does not say which package it is",
            "Write it as 'NAME @ URL'.",
        ),
        ("code/no-wheel.whl", "'no-wheel.whl' is not the name of a wheel", ""),
        ("numpy --install-option=x", "the option '--install-option=x' cannot stand behind a requirement", ""),
    ],
)
def test_what_is_no_requirement_is_an_error_at_its_place(models: Any, line: str, reason: str, hint: str) -> None:
    fault = models.fault(models.virtualenv("# first", f"  {line}"))

    assert (str(fault), fault.hint) == (f"models:/cancer/1: requirements.txt:2:3: {reason}", hint)
