"""Images that are made of models: created, called, updated to another model and to another image, deleted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import REFERENCE_ROW
from e2e.images.conftest import BASE, Cloud

_FILE = """\
kind: deployment
spec:
  infrastructure:
    kind: infrastructure
    type: modelDeployment
    spec:
      shapeName: VM.Standard.E4.Flex
      shapeConfigDetails:
        ocpus: 1
        memoryInGBs: 16
  runtime:
    kind: runtime
    type: container
    spec:
      image:
        destination: iad.ocir.io/team/models
        name: {name}
        base: iad.ocir.io/{base}
      imageBuilder: {builder}
"""
_REQUIREMENT = "colorama==0.4.6"


@pytest.fixture(scope="module")
def third(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The model's second version with one requirement more."""
    folder = tmp_path_factory.mktemp("third")
    download = ["--artifact-uri", "models:/cancer/2", "--dst-path", str(folder)]
    cloud.commands.run("mlflow", "artifacts", "download", *download)
    model = next(folder.glob("**/MLmodel")).parent
    requirements = model / "requirements.txt"
    requirements.write_text(f"{requirements.read_text().rstrip()}\n{_REQUIREMENT}\n")
    conda = model / "conda.yaml"
    conda.write_text(conda.read_text().replace("  - pip:\n", f"  - pip:\n    - {_REQUIREMENT}\n", 1))
    kept = Path(shutil.copytree(model, folder / "kept"))
    registering = f"import mlflow; print(mlflow.register_model({str(kept)!r}, 'grown').version)"
    return f"models:/grown/{cloud.commands.python(registering).out.split()[-1]}"


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("builder", ["layers", "docker"])
def test_a_made_image_lives_through_all_commands(cloud: Cloud, third: str, builder: str) -> None:
    name = f"by-{builder}"
    file = cloud.file(_FILE.format(name=name, base=BASE, builder=builder))

    cloud.mlflow("create", "--name", name, "-m", "models:/cancer/1", "--config", file)
    first = cloud.environment(name)
    assert cloud.predict(name) == {"predictions": [0]}
    assert first.image.startswith(f"iad.ocir.io/team/models:{name}-")
    assert first.image_digest.startswith("sha256:")

    cloud.mlflow("update", "--name", name, "-m", "models:/cancer/2", "--config", file)
    second = cloud.environment(name)
    assert cloud.predict(name) == {"predictions": [1]}
    assert (second.image, second.image_digest) == (first.image, first.image_digest)

    cloud.mlflow("update", "--name", name, "-m", third, "--config", file)
    last = cloud.environment(name)
    assert cloud.predict(name) == {"predictions": [1]}
    assert last.image_digest != first.image_digest

    cloud.mlflow("delete", "--name", name)


@pytest.mark.usefixtures("nothing_left")
def test_the_same_row_has_the_same_answer_in_a_pack_and_in_an_image(cloud: Cloud) -> None:
    image = _FILE.format(name="alike", base=BASE, builder="layers")
    head, _, _ = image.partition("  runtime:\n")
    bucket = f"oci://{cloud.twin.environ['TWIN_BUCKET']}@{cloud.twin.environ['TWIN_NAMESPACE']}/conda-envs"
    runtime = f"    kind: runtime\n    type: conda\n    spec:\n      uri:\n        destination: {bucket}\n"
    pack = f"{head}  runtime:\n{runtime}"
    cloud.mlflow("create", "--name", "packed", "-m", "models:/cancer/1", "--config", cloud.file(pack))
    cloud.mlflow("create", "--name", "boxed", "-m", "models:/cancer/1", "--config", cloud.file(image))

    rows = [dict(zip(REFERENCE_ROW["columns"], row, strict=True)) for row in REFERENCE_ROW["data"]]
    payloads = [REFERENCE_ROW, {"dataframe_split": REFERENCE_ROW}, {"dataframe_records": rows}, {"inputs": rows}]
    answers = {name: [cloud.post(name, payload) for payload in payloads] for name in ("packed", "boxed")}
    refusals = {name: cloud.post(name, {"inputs": "nonsense"})[0] for name in answers}

    assert answers["boxed"] == answers["packed"] == [(200, {"predictions": [0]})] * len(payloads)
    # what a score.py raises is a 500 of the service's own server, whatever it was
    assert refusals == {"packed": 500, "boxed": 400}
    for name in answers:
        cloud.mlflow("delete", "--name", name)
