"""Publishes packs in processes that end early: ``python ending_early.py URL CONFIG_FILE HOME PACK``.

Reads lines ``<signal number> <n> <how>``; for each, a fork of this process publishes a file, or a stream, and sends
itself the signal in place of its n-th call. Answers with a line: how that process ended, as its wait status.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from integration.oci.object_storage import rig

from oci_mlflow_core.model.target import Session, Target
from oci_mlflow_core.testing.progress_sink import RecordingStep
from oci_mlflow_plugin.adapters.oci.object_storage.sizes import Sizes
from oci_mlflow_plugin.adapters.oci.object_storage.store import OciPackStore
from oci_mlflow_plugin.adapters.oci.session.connection import Connection


def publish(connection: Connection, pack: Path, number: signal.Signals, last: int, how: str) -> None:
    """Publishes; the n-th call is not made any more."""
    client: Any = connection.object_storage.base_client
    request, lock, calls = client.request, threading.Lock(), 0

    def counted(*args: Any) -> Any:
        nonlocal calls
        with lock:
            calls += 1
            if calls == last:
                os.kill(os.getpid(), number)
                # the main thread is told; this one is not to go on
                threading.Event().wait(0.2)
        return request(*args)

    client.request = counted
    store = OciPackStore(connection, Sizes(part=rig.PART, workers=1))
    if how == "stream":
        rig.stream(store, rig.large_pack(pack), RecordingStep("publish"))
    else:
        store.publish(rig.LOCATION, rig.large_pack(pack), RecordingStep("publish"))


def main() -> None:
    url, config_file, home, pack = sys.argv[1:]
    environ = {**os.environ, "OCI_MLFLOW_ENDPOINT": url, "OCI_MLFLOW_CONFIG_FILE": config_file}
    for line in sys.stdin:
        number, last, how = line.split()
        if not (process := os.fork()):
            # whoever began this process may have had it pass over Ctrl-C
            signal.signal(signal.SIGINT, signal.default_int_handler)
            session = Session(target=Target(), home=Path(home))
            publish(Connection(session, environ=environ), Path(pack), signal.Signals(int(number)), int(last), how)
            os._exit(0)
        sys.stdout.write(f"{os.waitpid(process, 0)[1]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
