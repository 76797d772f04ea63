"""URIs without what lets somebody in."""

from __future__ import annotations

import pytest

from oci_mlflow_plugin.adapters.mlflow_artifacts.stripping import stripped


@pytest.mark.parametrize(
    ("uri", "left"),
    [
        ("https://mlflow.example.com:5000/path", "https://mlflow.example.com:5000/path"),
        ("https://me:secret@mlflow.example.com/path", "https://mlflow.example.com/path"),
        ("https://secret@git.example.com/a/b#train", "https://git.example.com/a/b#train"),
        ("git+https://secret@git.example.com/a", "git+https://git.example.com/a"),
        ("mlflow-artifacts://me:secret@host:5000/0/a", "mlflow-artifacts://host:5000/0/a"),
        ("postgresql://me:secret@db:5432/mlflow", "postgresql://db:5432/mlflow"),
        ("postgresql+psycopg2://me:se/cr?et@db/mlflow", "postgresql+psycopg2://db/mlflow"),
        ("postgresql://me:se@cret@db/mlflow", "postgresql://db/mlflow"),
        ("mysql://db/mlflow?user=me&password=secret", "mysql://db/mlflow"),
        ("https://account.blob.example.com/a?sig=secret#b", "https://account.blob.example.com/a#b"),
        ("s3://bucket/models?X-Amz-Signature=secret", "s3://bucket/models"),
        ("https://host:5000/notes@home", "https://host:5000/notes@home"),
    ],
)
def test_users_passwords_and_queries_are_left_out(uri: str, left: str) -> None:
    assert stripped(uri) == left


@pytest.mark.parametrize(
    "uri",
    [
        "oci://bucket@namespace/models/7",
        "wasbs://container@account.blob.core.windows.net/models",
        "abfss://container@account.dfs.core.windows.net/models",
        "ssh://git@git.example.com/a/b.git",
        "git@git.example.com:a/b.git",
        "s3://bucket/models@home/7",
        "mlflow-artifacts:/0/models/m-1/artifacts",
        "sqlite:////home/me/mlflow.db",
        "file:///home/me/what?/model",
        "/home/me/what?/model",
        "databricks",
        "",
    ],
)
def test_names_that_only_look_like_users_stay(uri: str) -> None:
    assert stripped(uri) == uri
