# A model as users write them, without types.
# mypy: ignore-errors
import mlflow
import pydantic


class Row(pydantic.BaseModel):
    name: str
    size: int = 1


class Hints(mlflow.pyfunc.PythonModel):
    def predict(self, model_input: list[Row]) -> list[dict]:
        return [{"name": row.name.upper(), "size": row.size} for row in model_input]


mlflow.models.set_model(Hints())
