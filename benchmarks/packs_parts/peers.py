"""How others do it: conda-pack, pip, and the way of Oracle's Accelerated Data Science.

No conda can be had from package registries, so that the conda part is laid out by py-rattler here, which takes less
time than conda: ratios to it are lower than those to the real thing.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import warnings
from pathlib import Path
from typing import Any

#: What ADS has `conda_pack.pack` do.
_ADS_LEVEL, _ALL_CORES = 7, -1


def conda_pack(prefix: Path, out: Path, *, level: int, threads: int) -> None:
    """`conda_pack.pack`, with what makes it accept what pip installed."""
    import conda_pack as program  # noqa: PLC0415

    with warnings.catch_warnings():
        # it misses the cache of packages, and packs the files as they are
        warnings.simplefilter("ignore")
        program.pack(
            prefix=str(prefix),
            output=str(out),
            format="tar.gz",
            compress_level=level,
            n_threads=threads,
            ignore_missing_files=True,
            force=True,
        )


def publish(conda_file: Path, folder: Path, name: str) -> int:
    """Packages of conda, packages of pip, conda-pack as ADS calls it, one upload; the bytes of the pack."""
    prefix, out = folder / "environment", folder / "pack.tar.gz"
    lay_out(conda_file, prefix)
    conda_pack(prefix, out, level=_ADS_LEVEL, threads=_ALL_CORES)
    _upload(out, name)
    return out.stat().st_size


def lay_out(conda_file: Path, prefix: Path) -> None:
    """The conda part by py-rattler, then the pip part by pip."""
    conda, pip = _parts(conda_file)
    asyncio.run(_conda_part([*conda, "pip"], prefix))
    requirements = prefix / "requirements.txt"
    requirements.write_text("\n".join(pip) + "\n", encoding="utf-8")
    python = str(prefix / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "-r", str(requirements)], check=True)
    requirements.unlink()


def _parts(conda_file: Path) -> tuple[list[str], list[str]]:
    from ruamel.yaml import YAML  # noqa: PLC0415

    wanted = YAML(typ="safe").load(conda_file)["dependencies"]
    pip: list[str] = next((part["pip"] for part in wanted if isinstance(part, dict)), [])
    return [part for part in wanted if isinstance(part, str) and part != "pip"], pip


async def _conda_part(specs: list[str], prefix: Path) -> None:
    import rattler  # noqa: PLC0415

    channel = rattler.Channel(f"{os.environ['OCI_MLFLOW_CHANNEL_ALIAS']}/conda-forge")
    platform = rattler.Subdir.current()
    virtual = [package.into_generic() for package in rattler.VirtualPackage.detect()]
    records = await rattler.solve(
        [channel],
        [rattler.MatchSpec(spec) for spec in specs],
        platforms=[platform, rattler.Subdir("noarch")],
        virtual_packages=virtual,
    )
    await rattler.install(records, str(prefix), show_progress=False)


def _upload(pack: Path, name: str) -> None:
    import oci  # noqa: PLC0415

    config = oci.config.from_file(os.environ["OCI_CONFIG_FILE"])
    client: Any = oci.object_storage.ObjectStorageClient(config, service_endpoint=os.environ["TWIN_URL"])
    manager = oci.object_storage.UploadManager(client)
    manager.upload_file(os.environ["TWIN_NAMESPACE"], os.environ["TWIN_BUCKET"], f"peers/{name}", str(pack))
