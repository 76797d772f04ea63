"""``oci-mlflow packs pull``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from oci_mlflow_plugin.cli.settings import optional_target_option


@click.command("pull", short_help="Bring a published pack to this machine.")
@click.argument("uri", metavar="URI|SLUG")
@optional_target_option
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Bring it into a file, and not into the packs that this machine keeps.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a sentence.")
def command(uri: str, target: str, output: Path | None, as_json: bool) -> None:  # noqa: FBT001 (click's way of flags)
    """Bring a published pack to this machine, and verify it.

    URI is oci://bucket@namespace/path; SLUG names one of the service's own packs.
    """
    from oci_mlflow_core.model.target import Target  # noqa: PLC0415 (only when it runs)
    from oci_mlflow_plugin.cli.sizes import told_size  # noqa: PLC0415
    from oci_mlflow_plugin.packs import pull_to_cache, pull_to_file  # noqa: PLC0415

    where = Target.parse(target)
    pack = pull_to_cache(where, uri) if output is None else pull_to_file(where, uri, output)
    digest = pack.lock.digest if pack.lock else None
    if as_json:
        file = str(output) if output else None
        click.echo(
            json.dumps({"lock_digest": digest, "sha256": pack.sha256, "size": pack.size, "file": file}, indent=2)
        )
        return
    place = str(output) if output else f"the packs of this machine, as {str(digest)[:12]}"
    click.echo(f"{told_size(pack.size)} are in {place}; sha256 {pack.sha256}")
