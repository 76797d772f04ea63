"""A model, conda channels over HTTP, the bucket of the twin, and the command between them."""

from __future__ import annotations

import fnmatch
import io
import json
import subprocess
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import attrs
from commands import Commands, Done
from oci_twin.twin import Twin
from rig.channel.channels import Channels
from rig.channel.guards import Guard
from rig.channel.server import ChannelServer

TARGET = "oci-datascience"
#: The version of the stand-in for MLflow in the environments: they are built and moved here, and never served.
MLFLOW = "3.1.0"
_PATIENCE = 300
#: Seconds between two looks; waiting itself is bounded by `_PATIENCE`, for a busy machine.
_POLL = 0.05


@attrs.frozen(kw_only=True)
class Flow:
    """Creates of deployments whose pack is built from conda channels and published to the twin's bucket."""

    commands: Commands
    twin: Twin
    channels: Channels
    server: ChannelServer
    wheels: Path
    begun: list[Begun] = attrs.field(factory=list)

    @property
    def folder(self) -> Path:
        """Where the commands run."""
        return self.commands.folder

    def model(self, *conda: str, channels: tuple[str, ...] = ("conda-forge",), name: str = "model") -> str:
        """The URI of a model whose conda.yaml asks for the channel's Python and these packages."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        flavor = f"    loader_module: mlflow.sklearn\n    python_version: {self.channels.python}\n"
        flavor += "    env:\n      conda: conda.yaml\n"
        (folder / "MLmodel").write_text(f"flavors:\n  python_function:\n{flavor}mlflow_version: {MLFLOW}\n")
        pip = ["--no-index", f"--find-links {self.wheels}", f"mlflow=={MLFLOW}"]
        dependencies = [f"python={self.channels.python}", *conda, {"pip": pip}]
        # JSON is YAML
        (folder / "conda.yaml").write_text(json.dumps({"channels": list(channels), "dependencies": dependencies}))
        return str(folder)

    def file(self, uri: Mapping[str, Any] | str | None = None, **runtime: Any) -> str:
        """A deployment file as the reference template has it, with these keys of `uri` and of the runtime."""
        if not isinstance(uri, str):
            uri = {"name": "fraud", "destination": self.destination, **(uri or {})}
        shape = {"shapeName": "VM.Standard.E4.Flex", "shapeConfigDetails": {"ocpus": 1, "memoryInGBs": 16}}
        infrastructure = {"kind": "infrastructure", "type": "modelDeployment", "spec": shape}
        spec = {"uri": uri, "channelAlias": self.server.url, "glibc": self.channels.glibc, **runtime}
        sections = {"infrastructure": infrastructure, "runtime": {"kind": "runtime", "type": "conda", "spec": spec}}
        path = self.folder / "deploy.yaml"
        path.write_text(json.dumps({"kind": "deployment", "spec": sections}, indent=1))
        return str(path)

    @property
    def destination(self) -> str:
        return f"oci://{self.twin.bucket}@{self.twin.namespace}/conda-envs"

    def order(self, name: str, model: str, file: str, *options: str) -> list[str]:
        """The arguments of a create."""
        chosen = [part for option in (f"deploy-config-file={file}", *options) for part in ("-C", option)]
        return ["deployments", "create", "-t", TARGET, "--name", name, "-m", model, *chosen]

    def create(self, name: str, model: str, file: str, *options: str, code: int = 0) -> Done:
        """``mlflow deployments create``, in this process, which has imported MLflow already."""
        return run_here(self.order(name, model, file, *options)[1:], code)

    def delete(self, name: str) -> None:
        """``mlflow deployments delete``, in this process."""
        run_here(["delete", "-t", TARGET, "--name", name], 0)

    def begin(self, name: str, model: str, file: str, *options: str) -> Begun:
        """A create that is not waited for."""
        begun = Begun(self.commands.start("mlflow", *self.order(name, model, file, *options)))
        self.begun.append(begun)
        return begun

    def end(self) -> None:
        """Nothing that was begun runs any more."""
        for begun in self.begun:
            begun.kill()

    def packs(self) -> dict[str, str]:
        """SHA-256, as it lies beside the pack, by the pack's name."""
        found: dict[str, str] = {}
        for pack in self._objects():
            manifest = pack.metadata.get("opc-meta-manifest")
            if manifest is not None and "lock_digest" in json.loads(manifest):
                (beside,) = [each for each in self._objects() if _is_sum_of(each.name, pack.name)]
                found[pack.name] = self._bytes(beside).decode().splitlines()[-1].split()[0]
        return found

    def manifest(self, pack: str) -> dict[str, Any]:
        """What the pack says of itself."""
        document: dict[str, Any] = json.loads(self._object(pack).metadata["opc-meta-manifest"])
        return document

    def pack(self, name: str) -> bytes:
        """The bytes of a published pack."""
        return self._bytes(self._object(name))

    def lock(self, name: str) -> dict[str, Any]:
        """The lock in a published pack."""
        with tarfile.open(fileobj=io.BytesIO(self.pack(name))) as archive:
            (member,) = [each for each in archive.getmembers() if each.name.endswith("share/oci-mlflow/lock.json")]
            stream = archive.extractfile(member)
            assert stream is not None
            document: dict[str, Any] = json.load(stream)
            return document

    def uploads(self) -> list[str]:
        """Objects that a multipart upload is open for."""
        return [each["object"] for each in self.twin.state.all("upload")]

    def deployed(self) -> list[str]:
        """Names of the deployments that are there."""
        seen = [each["seen"] for each in self.twin.state.all("data_science_model_deployment")]
        return sorted(each["displayName"] for each in seen if each["lifecycleState"] == "ACTIVE")

    def calls(self) -> Counter[str]:
        """Calls to Object Storage since the last look, by operation."""
        found = Counter(operation for service, operation, _ in self.twin.faults.calls if service == "object_storage")
        self.twin.faults.forget_calls()
        return found

    def _objects(self) -> list[Any]:
        return self.twin.store.objects(self.twin.bucket)

    def _object(self, name: str) -> Any:
        return self.twin.store.object(self.twin.bucket, name)

    def _bytes(self, stored: Any) -> bytes:
        return b"".join((self.twin.state.blobs / segment.blob).read_bytes() for segment in stored.segments)


def run_here(arguments: list[str], code: int) -> Done:
    """Runs ``mlflow deployments …`` in this process; the exit code must be `code`."""
    from mlflow.deployments.cli import commands  # noqa: PLC0415 - takes a second

    out, err, ended = io.StringIO(), io.StringIO(), None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            commands.main(arguments, prog_name="mlflow deployments")
        except SystemExit as end:
            ended = end.code
    done = Done(int(ended or 0), out.getvalue(), err.getvalue())
    assert done.code == code, f"{arguments}\n--- stdout\n{done.out}\n--- stderr\n{done.err}"
    return done


def _is_sum_of(name: str, pack: str) -> bool:
    return name.startswith(f"{pack}.") and name.endswith(".sha256")


@attrs.define
class Begun:
    """A command that runs; what it says on stderr is read while it does, and its few words on stdout at its end."""

    process: subprocess.Popen[str]
    said: list[str] = attrs.field(factory=list)
    _out: str = ""
    _reader: threading.Thread = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        out, err = self.process.stdout, self.process.stderr
        assert out is not None
        assert err is not None
        with out, err:
            for line in err:
                self.said.append(line)
            self._out = out.read()

    def says(self, text: str) -> bool:
        """Whether it has said that."""
        return any(text in line for line in self.said)

    def kill(self) -> None:
        """``kill -9``."""
        self.process.kill()
        self.done()

    def done(self) -> Done:
        """Waits for its end."""
        code = self.process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)
        return Done(code, self._out, "".join(self.said))


@attrs.define
class Holding(Guard):
    """Lets everybody in, and keeps whoever asks for a matching file waiting until it is let go."""

    pattern: str
    asked: threading.Event = attrs.field(factory=threading.Event)
    released: threading.Event = attrs.field(factory=threading.Event)

    def admitted(self, path: str, authorization: str | None) -> str | None:
        if fnmatch.fnmatch(path.rpartition("/")[2], self.pattern):
            self.asked.set()
            self.released.wait(_PATIENCE)
        return path


def eventually(happened: Callable[[], bool], *begun: Begun) -> None:
    """Waits until something has happened while the commands run."""
    deadline = time.monotonic() + _PATIENCE
    while not happened():
        said = [each.said for each in begun]
        assert [each.process.poll() for each in begun] == [None] * len(begun), said
        assert time.monotonic() < deadline, said
        time.sleep(_POLL)
