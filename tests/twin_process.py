"""The twin as a process of its own, as anybody would start it, and what a shell that sources its ``env.sh`` has."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs

#: A container image that the tests name a server for.
IMAGE = "iad.ocir.io/twin/cancer:1"
_TESTS = Path(__file__).parent
_EXPORT = re.compile(r"export (?P<name>\w+)='?(?P<value>[^'\n]*)'?")


@attrs.frozen
class TwinProcess:
    """A twin that answers."""

    home: Path
    environ: Mapping[str, str]

    @property
    def url(self) -> str:
        return self.environ["TWIN_URL"]

    def fill(self, template: str, *, image: str = "") -> str:
        """A template of OCI's documentation with OCIDs, bucket and image filled in, and nothing else changed."""
        known = {
            "logGroupId": self.environ["TWIN_LOG_GROUP_ID"],
            "logId": self.environ["TWIN_LOG_ID"],
            "projectId": self.environ["TWIN_PROJECT_ID"],
            "compartmentId": self.environ["TWIN_COMPARTMENT_ID"],
        }
        for key, value in known.items():
            template = re.sub(rf"(\b{key}: ).*<unique_ID>", rf"\g<1>{value}", template)
        bucket = f"{self.environ['TWIN_BUCKET']}@{self.environ['TWIN_NAMESPACE']}"
        template = template.replace("mayoor-dev@ociodscdev", bucket).replace("bucket@namespace", bucket)
        return template.replace("{region}.ocir.io/<your tenancy>/<imagename>", image)


@contextmanager
def twin_process(home: Path, *arguments: str) -> Iterator[TwinProcess]:
    """Starts a twin, and ends it with the context."""
    process = subprocess.Popen(
        [sys.executable, "-m", "oci_twin", "--home", str(home), *arguments],
        env={**os.environ, "PYTHONPATH": str(_TESTS)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("ready http://127.0.0.1:"), ready
        exports = _EXPORT.finditer((home / "env.sh").read_text())
        yield TwinProcess(home, {found["name"]: found["value"] for found in exports})
    finally:
        process.terminate()
        process.communicate(timeout=30)
