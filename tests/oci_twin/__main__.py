"""``python -m oci_twin``: the twin as a process of its own."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from oci_twin.clock import ManualClock, SystemClock
from oci_twin.environment import write_environment
from oci_twin.runtime.real import START_SECONDS
from oci_twin.twin import Twin


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGTERM or SIGINT; says ``ready URL`` on stdout once it answers."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if (options.registry is None) != (options.engine is None):
        parser.error("--registry and --engine go together: the one has the images, the other runs them")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    clock = ManualClock() if options.clock == "manual" else SystemClock()
    try:
        twin = Twin(
            options.home.resolve(),
            clock=clock,
            port=options.port,
            edit_rules=options.edit_rules,
            runtime=options.runtime,
            images=dict(options.image),
            registry=options.registry,
            engine=options.engine,
            start_seconds=options.start_seconds,
        )
    except OSError as error:
        sys.stderr.write(f"oci_twin: {error}\n")
        return 1
    with twin:
        write_environment(twin, options.home / "env.sh")
        sys.stdout.write(f"ready {twin.url}\n")
        sys.stdout.flush()
        ended.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m oci_twin", description="A twin of OCI's services on loopback.")
    parser.add_argument("--home", type=Path, required=True, help="folder of its state, its config file and env.sh")
    parser.add_argument("--port", type=int, default=0, help="any free one unless given")
    parser.add_argument("--clock", choices=("system", "manual"), default="system", help="manual: /_twin/clock moves it")
    parser.add_argument("--edit-rules", choices=("strict", "lenient"), default="strict", help="of active deployments")
    parser.add_argument("--runtime", choices=("real", "none"), default="real", help="none: deployments serve nothing")
    parser.add_argument(
        "--image",
        type=_image,
        action="append",
        default=[],
        metavar="REF=URL",
        help="the running server that stands for a container image; may be given several times",
    )
    parser.add_argument(
        "--registry",
        metavar="URL",
        help="the registry that stands for OCIR, such as http://user:password@127.0.0.1:5000",
    )
    parser.add_argument("--engine", metavar="DOCKER_HOST", help="the container engine that runs the registry's images")
    parser.add_argument(
        "--start-seconds", type=float, default=START_SECONDS, help="that a container may take to become healthy"
    )
    return parser


def _image(text: str) -> tuple[str, str]:
    reference, equals, url = text.partition("=")
    if not equals or not reference or not url.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"'{text}' is no REF=URL")
    return reference, url.rstrip("/")


if __name__ == "__main__":
    sys.exit(main())
