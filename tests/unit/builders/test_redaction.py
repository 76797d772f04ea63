"""Credentials do not get into what people see."""

from __future__ import annotations

import pytest
from oci_mlflow_builders.redaction import redact, without_credentials


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://me:word@host/simple/", "see https://****@host/simple/"),
        ("see https://token@host:8443/simple", "see https://****@host:8443/simple"),
        ("git+ssh://git@host/repo.git", "git+ssh://****@host/repo.git"),
        ("https://me:w%40rd@host, http://you:other@there", "https://****@host, http://****@there"),
        ("https://me:p@ss@host/simple", "https://****@host/simple"),
        ("https://host/a.whl?token=abc&x=1", "https://host/a.whl?token=****&x=1"),
        ("https://host/a.whl?X-Amz-Signature=1", "https://host/a.whl?X-Amz-Signature=1"),
        ("https://host/a@1.0/b", "https://host/a@1.0/b"),
        ("mail me@host", "mail me@host"),
        ("git+https://host/repo.git@main", "git+https://host/repo.git@main"),
    ],
)
def test_the_credentials_of_urls_are_masked(text: str, expected: str) -> None:
    assert expected == redact(text)


def test_known_secrets_are_masked_wherever_they_stand() -> None:
    assert redact("a hunter2-hunter b", ["hunter", "hunter2"]) == "a ****-**** b"


def test_secrets_that_are_too_short_to_mean_anything_are_left() -> None:
    assert redact("a banana", ["a", "an"]) == "a banana"


def test_an_url_without_credentials_still_names_its_place() -> None:
    assert without_credentials("https://me:word@host/a.whl#sha256=0") == "https://host/a.whl#sha256=0"
