"""The runtime artifact: the zip of model, `score.py` and `runtime.yaml` that a deploy service serves."""
