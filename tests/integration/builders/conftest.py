"""What tests that build environments share."""

from __future__ import annotations

from pathlib import Path

import pytest
from integration.builders.environments import Workshop
from oci_mlflow_builders.uv.refusals import unusable
from tiny_wheels import make_wheel


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Makes environments; without what that needs the test is skipped."""
    reason = unusable()
    if reason is not None:
        pytest.skip(reason)
    return Workshop(tmp_path / "workshop")


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with the wheel of 'tiny', which has a console script."""
    folder = tmp_path / "wheels"
    files = {"tiny.py": "def main():\n    import sys\n    print('tiny', sys.prefix)\n"}
    make_wheel(folder, "tiny", files=files, scripts={"tiny": "tiny:main"})
    return folder
