"""Where things are in an image, and who runs in it."""

from __future__ import annotations

from typing import Final

NAME: Final = "layers"
#: The model's environment.
ENVIRONMENT: Final = "/opt/oci-mlflow/env"
#: The server and its own packages; also the working directory.
SERVER: Final = "/opt/oci-mlflow/server"
#: Somebody without rights, and the one folder of the image that everybody may write to.
USER: Final = "1000:1000"
HOME: Final = "/home/datascience"
