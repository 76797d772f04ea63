"""The same through Python: the client in a script, and an executed notebook."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from commands import LOCAL, REFERENCE_ROW, Commands

#: One for each kind of model; the times of `framed` are those of `served_models.Framed`.
PAYLOADS = {
    "scaled": {"inputs": [{"x": 1.5}, {"x": 2.5}], "params": {"factor": 10.0}},
    "framed": {"dataframe_records": [{"x": 4.0}]},
    "typed": {"dataframe_split": {"columns": ["code", "when"], "data": [["00123", "2024-01-02T03:04:05"]]}},
    "parrot": {"messages": [{"role": "user", "content": "pieces of eight"}]},
}
CALLER = f"""
import json, logging
import pandas as pd
from mlflow.deployments import get_deploy_client
from mlflow.exceptions import MlflowException

client = get_deploy_client("{LOCAL}")
created = client.create_deployment(
    "cancer", "models:/cancer@champion", config={{"spec": {{"infrastructure": {{"spec": {{"webConcurrency": 1}}}}}}}}
)
row = {REFERENCE_ROW!r}
frame = pd.DataFrame(row["data"], columns=row["columns"])
answer = client.predict("cancer", frame)
by_id = client.predict(created["id"], {{"dataframe_split": row}})
by_url = client.predict(created["url"], row)
try:
    client.create_deployment("cancer", "models:/cancer/2")
except MlflowException as refusal:
    again = refusal.error_code
updated = client.update_deployment("cancer", model_uri="models:/cancer@challenger")
after = client.predict("cancer", frame.to_dict("list"))
listed = client.list_deployments()
got = client.get_deployment("cancer")
client.delete_deployment("cancer")
try:
    client.get_deployment("cancer")
except MlflowException as refusal:
    gone = refusal.error_code
others = {{}}
for name, payload in {PAYLOADS!r}.items():
    client.create_deployment(name, f"models:/{{name}}/1")
    others[name] = client.predict(name, payload)
    client.delete_deployment(name)
try:
    client.create_deployment("r", "models:/conda-only/1")
except MlflowException as refusal:
    others["conda-only"] = refusal.error_code
result = dict(
    others=others,
    created=created, answer=answer, by_id=by_id, by_url=by_url, again=again, updated=updated, after=after,
    listed=listed, got=got, gone=gone, frame=answer.get_predictions().iloc[0, 0].item(),
)
print(json.dumps(result))
"""


def test_every_verb_from_python_gives_plain_json(local: Commands) -> None:
    result = json.loads(local.python(CALLER).out.splitlines()[-1])

    assert [result[key] for key in ("answer", "by_id", "by_url")] == [{"predictions": [0]}] * 3
    assert result["after"] == {"predictions": [1]}
    assert result["frame"] == 0
    said = result["others"].pop("parrot")["choices"][0]["message"]["content"]
    assert said == "pieces of eight"
    assert result["others"] == {
        "scaled": {"predictions": {"total": 40.0, "rows": 2}},
        "framed": {"predictions": [{"twice": 8.0, "at": "2024-05-06T07:08:09"}]},
        "typed": {"predictions": ["00123|str|2024-01-02T03:04:05"]},
        "conda-only": "INVALID_PARAMETER_VALUE",
    }
    assert (result["again"], result["gone"]) == ("RESOURCE_ALREADY_EXISTS", "RESOURCE_DOES_NOT_EXIST")
    assert result["created"]["name"] == result["updated"]["name"] == result["got"]["name"] == "cancer"
    assert result["created"]["url"] == result["updated"]["url"]
    assert [entry["model_uri"] for entry in result["listed"]] == ["models:/cancer/2"]


def test_a_notebook_deploys_and_predicts(local: Commands, scratch: Path) -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(CALLER), nbformat.v4.new_code_cell("answer['predictions']")]
    )
    nbformat.write(notebook, scratch / "deploy.ipynb")

    local.run("python", "-m", "jupyter", "execute", "--inplace", str(scratch / "deploy.ipynb"))

    cells = nbformat.read(scratch / "deploy.ipynb", as_version=4).cells
    assert cells[1].outputs[0].data["text/plain"] == "[0]"
    errors = [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    assert errors == []


def test_the_target_may_come_from_the_environment(local: Commands) -> None:
    script = "from mlflow.deployments import get_deploy_client as c; print(c().list_deployments())"

    assert local.python(script, MLFLOW_DEPLOYMENTS_TARGET=LOCAL).out == "(none)\n"
