# A model as users write them, without types.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201
from __future__ import annotations

import mlflow
from mlflow.types.llm import ChatChoice, ChatCompletionResponse, ChatMessage


class Echo(mlflow.pyfunc.ChatModel):
    def predict(self, context, messages, params):
        text = f"{messages[-1].content} at {params.temperature}"
        return ChatCompletionResponse(
            choices=[ChatChoice(index=0, message=ChatMessage(role="assistant", content=text))], created=1
        )


mlflow.models.set_model(Echo())
