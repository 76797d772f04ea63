# A model as users write them, without types.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201
from __future__ import annotations

import mlflow
from mlflow.pyfunc import ResponsesAgent
from mlflow.types.responses import ResponsesAgentResponse


class Agent(ResponsesAgent):
    def predict(self, request):
        text = request.input[-1].content
        return ResponsesAgentResponse(output=[self.create_text_output_item(text=text, id="1")])


mlflow.models.set_model(Agent())
