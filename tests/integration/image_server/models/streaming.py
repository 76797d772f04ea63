# A model as users write them, without types.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201
from __future__ import annotations

import logging
import time

import mlflow
from mlflow.types.llm import (
    ChatChoice,
    ChatChoiceDelta,
    ChatChunkChoice,
    ChatCompletionChunk,
    ChatCompletionResponse,
    ChatMessage,
)


class Streaming(mlflow.pyfunc.ChatModel):
    """Says back what it was told, word by word where that is asked for."""

    def predict(self, context, messages, params):
        message = ChatMessage(role="assistant", content=messages[-1].content)
        return ChatCompletionResponse(choices=[ChatChoice(index=0, message=message)], created=1)

    def predict_stream(self, context, messages, params):
        for word in messages[-1].content.split():
            if word == "fail":
                raise ZeroDivisionError("the model's own fault")
            if word == "slow":
                time.sleep(0.5)
            logging.getLogger("mine").warning("a word")
            delta = ChatChoiceDelta(role="assistant", content=word)
            yield ChatCompletionChunk(choices=[ChatChunkChoice(index=0, delta=delta)], created=1)


mlflow.models.set_model(Streaming())
