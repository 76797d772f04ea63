"""A program that takes conda's command line for what a builder asks of conda, made of py-rattler. It is no conda.

It knows ``--version`` and ``create --prefix PREFIX --file FILE``, FILE being one that begins with ``@EXPLICIT``.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

#: Nothing like a version of conda, so that nobody takes one for the other.
NAME = "conda-on-rattler"


def main(arguments: list[str]) -> int:
    """Does what conda would do; 1 with a sentence on stderr where it cannot."""
    parser = argparse.ArgumentParser(prog="conda", description=__doc__)
    parser.add_argument("--version", action="version", version=f"{NAME} (py-rattler {version('py-rattler')})")
    create = parser.add_subparsers(required=True).add_parser("create")
    create.add_argument("--prefix", type=Path, required=True)
    create.add_argument("--file", type=Path, required=True)
    create.add_argument("--yes", action="store_true", help="it never asks")
    create.add_argument("--no-default-packages", action="store_true", help="it has none")
    options = parser.parse_args(arguments)
    try:
        packages = Path(os.environ.get("CONDA_PKGS_DIRS") or "~/.conda/pkgs").expanduser()
        asyncio.run(_create(_explicit(options.file), options.prefix.resolve(), packages))
    except Exception as error:  # noqa: BLE001 - what py-rattler raises has no common class
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


async def _create(lines: list[str], prefix: Path, packages: Path) -> None:
    from rattler import RepoDataRecord, install  # noqa: PLC0415 - not for --version

    sys.stdout.write(f"Preparing transaction: {len(lines)} packages\n")
    sys.stdout.flush()
    records = []
    for line in lines:
        url, archive = _checked(line)
        record = await RepoDataRecord.from_package_archive(archive)
        record.url, record.channel, record.file_name = url, archive.parents[1].as_uri(), archive.name
        records.append(record)
    await install(records, prefix, cache_dir=packages, show_progress=False)
    sys.stdout.write("Executing transaction: done\n")


def _explicit(file: Path) -> list[str]:
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    if not wanted or wanted[0] != "@EXPLICIT":
        msg = f"{file} does not begin with @EXPLICIT"
        raise ValueError(msg)
    return wanted[1:]


def _checked(line: str) -> tuple[str, Path]:
    url, _, checksum = line.partition("#")
    archive = Path(unquote(urlsplit(url).path))
    if checksum not in {"", hashlib.md5(archive.read_bytes(), usedforsecurity=False).hexdigest()}:
        msg = f"the file at {url} does not have the checksum {checksum}"
        raise ValueError(msg)
    return url, archive


def end(status: int) -> NoReturn:
    """Ends the process without ending its interpreter, which threads of py-rattler may outlive and then crash."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    end(main(sys.argv[1:]))
