"""Short ways to make the models that these tests speak of."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from oci_mlflow_core.errors import UnusableEnvironmentError
from oci_mlflow_core.model.artifact import ModelFacts, ModelVersion
from oci_mlflow_core.model.environment import Platform
from oci_mlflow_core.planning.environment import EnvironmentPlan, EnvironmentTarget, environment_request

URI = "models:/cancer/1"


class Models:
    """Makes plans and errors of environment files."""

    def plan(
        self,
        files: dict[str, str],
        *,
        mlflow_version: str = "2.16.0",
        python_version: str = "",
        wheels: tuple[str, ...] = (),
    ) -> EnvironmentPlan:
        facts = ModelFacts(
            version=ModelVersion(uri=URI, pinned_uri=URI),
            flavors=("python_function",),
            mlflow_version=mlflow_version,
            python_version=python_version,
            environment_files=files,
            wheels=wheels,
            wheel_digests={path: hashlib.sha256(path.encode()).hexdigest() for path in wheels},
        )
        return environment_request(facts, EnvironmentTarget(platform=Platform.LINUX_64))

    def fault(self, files: dict[str, str], **kwargs: Any) -> UnusableEnvironmentError:
        with pytest.raises(UnusableEnvironmentError) as caught:
            self.plan(files, **kwargs)
        return caught.value

    def conda(self, *dependencies: str, pip: tuple[str, ...] = ("mlflow==2.16.0",)) -> dict[str, str]:
        """A conda.yaml whose first dependency stands in line 2, column 5."""
        lines = ["dependencies:", *(f"  - {each}" for each in dependencies)]
        return {"conda.yaml": "\n".join([*lines, "  - pip:", *(f"    - {each}" for each in pip)]) + "\n"}

    def virtualenv(self, *lines: str, python: str = "3.11.7") -> dict[str, str]:
        """A requirements.txt and the python_env.yaml that includes it."""
        return {
            "python_env.yaml": f"python: {python}\ndependencies:\n- -r requirements.txt\n",
            "requirements.txt": "\n".join(lines) + "\n",
        }


@pytest.fixture
def models() -> Models:
    return Models()
