"""The server as image builders take it."""

from __future__ import annotations

from oci_mlflow_core.model.image import ImageServer, ServerFile
from oci_mlflow_plugin.adapters.image_server.server_files import (
    PORT_VARIABLE,
    SERVER_COMMAND,
    SERVER_FOLDER,
    SERVER_REQUIREMENTS,
    WHEELS_FOLDER,
    server_files,
)


def image_server(port: int) -> ImageServer:
    """What answers requests on that port in an image."""
    return ImageServer(
        files=tuple(ServerFile(file.path, file.content, file.mode) for file in server_files()),
        requirements=SERVER_REQUIREMENTS,
        wheels=str(WHEELS_FOLDER.relative_to(SERVER_FOLDER)),
        command=SERVER_COMMAND,
        environment={PORT_VARIABLE: str(port)},
    )
