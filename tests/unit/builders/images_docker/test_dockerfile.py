from __future__ import annotations

from oci_mlflow_builders.images.configuration import RunSettings
from oci_mlflow_builders.images_docker.dockerfile import dockerfile

from oci_mlflow_core.model.image import ImageReference

_DIGEST = f"sha256:{'0' * 64}"


def test_a_dockerfile_adds_the_layers_to_the_pinned_base_and_runs_nothing() -> None:
    run = RunSettings(
        entrypoint=("/opt/oci-mlflow/env/bin/python", "serve.py"),
        environment={"HOME": "/home/datascience", "ODD": 'a "$HOME" \\ b'},
        port=8080,
        user="1000:1000",
        folder="/opt/oci-mlflow/server",
        labels={"org.opencontainers.image.title": "MLflow model server"},
    )

    made = dockerfile(ImageReference.parse(f"example.com/base:1@{_DIGEST}"), ["one.tar.gz", "two.tar.gz"], run)

    assert made.splitlines() == [
        f"FROM example.com/base@{_DIGEST}",
        'ADD ["one.tar.gz", "/"]',
        'ADD ["two.tar.gz", "/"]',
        'ENV HOME="/home/datascience"',
        'ENV ODD="a \\"\\$HOME\\" \\\\ b"',
        'LABEL "org.opencontainers.image.title"="MLflow model server"',
        "EXPOSE 8080",
        "USER 1000:1000",
        "WORKDIR /opt/oci-mlflow/server",
        "STOPSIGNAL SIGTERM",
        'ENTRYPOINT ["/opt/oci-mlflow/env/bin/python", "serve.py"]',
    ]
