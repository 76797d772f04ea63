"""What image builders lay beside a model's environment so that the image answers requests."""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import PurePosixPath

from oci_mlflow_core.model.image import ServerFile

#: Folder of the server in an image; also the image's working directory, from where `SERVER_COMMAND` finds it.
SERVER_FOLDER = PurePosixPath("/opt/oci-mlflow/server")
#: Folder for the wheels of `SERVER_REQUIREMENTS`; the server looks there last, after the model's environment.
WHEELS_FOLDER = SERVER_FOLDER / "wheels"
#: The package as it is called in an image.
SERVER_PACKAGE = "oci_mlflow_server"
#: What the environment's Python is started with, in the working directory `SERVER_FOLDER`.
SERVER_COMMAND = ("-m", SERVER_PACKAGE)
#: Port that the server listens on where nothing else is told.
SERVER_PORT = 8080
#: Variable with the port or ports (``8080`` or ``8080,8081``) that the server listens on.
PORT_VARIABLE = "OCI_MLFLOW_SERVER_PORT"

#: The HTTP server and what it needs, as requirements with markers, so that one list serves Python 3.8 and later.
#: All are wheels; httptools alone is compiled, and uvicorn goes on without it where a platform has none.
SERVER_REQUIREMENTS = (
    'click==8.1.8; python_version < "3.10"',
    'click==8.5.1; python_version >= "3.10"',
    "h11==0.16.0",
    'httptools==0.6.4; python_version < "3.9"',
    'httptools==0.9.0; python_version >= "3.9"',
    'typing-extensions==4.13.2; python_version < "3.11"',
    'uvicorn==0.33.0; python_version < "3.9"',
    'uvicorn==0.39.0; python_version >= "3.9" and python_version < "3.10"',
    'uvicorn==0.54.0; python_version >= "3.10"',
)

_ADAPTERS = "oci_mlflow_plugin.adapters"


@functools.cache
def server_files() -> tuple[ServerFile, ...]:
    """The server's own files, sorted by path; the wheels of `SERVER_REQUIREMENTS` are not among them.

    ``score.py``, which reads requests and writes answers, is the one that runtime artifacts hold.
    """
    package = resources.files(f"{_ADAPTERS}.image_server.server")
    contents = {entry.name: entry.read_bytes() for entry in package.iterdir() if entry.name.endswith(".py")}
    scoring = resources.files(f"{_ADAPTERS}.score") / "scoring"
    contents["score.py"] = (scoring / "score.py").read_bytes()
    return tuple(ServerFile(PurePosixPath(SERVER_PACKAGE, name), contents[name]) for name in sorted(contents))
