"""Runs in a child process: loads the score.py of artifacts by path and answers requests.

Each line on standard input is ``{"folder": ..., "bodies": [...]}``; each line on standard output is a list of
``{"score": ..., "mlflow": ...}``: what ``score.py`` answers, and what MLflow's own scoring server does.
It runs on every Python that a model may use.
"""
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, BLE001, PLC0415 - as small as what it stands for, a server

import importlib.util
import json
import sys

SCORES = {}


def loaded(folder):
    if folder not in SCORES:
        name = f"score_{len(SCORES)}"
        spec = importlib.util.spec_from_file_location(name, folder + "/score.py")
        SCORES[folder] = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(SCORES[folder])
    return SCORES[folder]


def scored(score, body):
    try:
        return {"answer": json.loads(json.dumps(score.predict(body), allow_nan=False))}
    except Exception as fault:
        kind = type(fault).__name__
        return {
            "error": kind,
            "message": str(fault),
            "status": getattr(fault, "status", 500),
            "error_code": getattr(fault, "error_code", None),
        }


def served(model, body):
    try:
        from mlflow.pyfunc import scoring_server
    except ImportError:  # it needs a web framework in MLflow 2, which mlflow-skinny does not bring
        return None
    try:
        text = json.dumps(body)
        answer = scoring_server.invocations(text, "application/json", model, model.metadata.get_input_schema())
        # MLflow writes NaN, which is not JSON
        return {"answer": json.loads(answer.response, parse_constant=lambda _name: None)}
    except Exception as fault:
        return {"error": type(fault).__name__, "message": str(fault)}


def main():
    answers_go_to, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        question = json.loads(line)
        score = loaded(question["folder"])
        model = score.predict.__defaults__[0]
        answers = [{"score": scored(score, body), "mlflow": served(model, body)} for body in question["bodies"]]
        print(json.dumps(answers), file=answers_go_to, flush=True)


if __name__ == "__main__":
    main()
