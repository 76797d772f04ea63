"""What the demonstration is called, and where it keeps what it makes."""

from __future__ import annotations

from pathlib import Path

import attrs

from oci_mlflow_core.model.target import LOCAL, SCHEME

TARGET = f"{SCHEME}://{LOCAL}"
DEPLOYMENT = "cancer-demo"
MODEL = "cancer"
ALIAS = "champion"
MODEL_URI = f"models:/{MODEL}@{ALIAS}"
#: A bucket that nothing else uses, so that it can be removed whole.
BUCKET, NAMESPACE = "demo", "oci-mlflow"

#: The first eight features of scikit-learn's breast-cancer data.
COLUMNS = (
    "mean radius",
    "mean texture",
    "mean perimeter",
    "mean area",
    "mean smoothness",
    "mean compactness",
    "mean concavity",
    "mean concave points",
)
#: The first row of that data, of the class 0 (malignant).
ROW = (17.99, 10.38, 122.8, 1001.0, 0.1184, 0.2776, 0.3001, 0.1471)


@attrs.frozen
class Place:
    """The demonstration's folder and what lies in it."""

    folder: Path

    @property
    def tracking_uri(self) -> str:
        """An MLflow tracking store and registry that nothing else uses."""
        return f"sqlite:///{self.folder / 'mlflow.db'}"

    @property
    def artifacts(self) -> Path:
        return self.folder / "artifacts"

    @property
    def deploy_file(self) -> Path:
        return self.folder / "deploy.yaml"

    @property
    def rows_file(self) -> Path:
        return self.folder / "rows.json"
