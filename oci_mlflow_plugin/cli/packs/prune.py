"""``oci-mlflow packs prune``."""

from __future__ import annotations

import json

import click

from oci_mlflow_plugin.cli.sizes import Size, told_size


@click.command("prune", short_help="Remove the packs that were not used for longest.")
@click.option(
    "--max-size", required=True, metavar="SIZE", type=Size(), help="What the packs that stay may take: 2GB, 500MB, 0."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a sentence.")
def command(max_size: int, as_json: bool) -> None:  # noqa: FBT001 (click's way of flags)
    """Remove the packs that were not used for longest, until the rest takes no more than SIZE.

    A pack that a command is using stays.
    """
    from oci_mlflow_plugin.cli.packs.plain import plain_packs  # noqa: PLC0415 (only when it runs)
    from oci_mlflow_plugin.packs import Cache  # noqa: PLC0415

    cache = Cache.of_this_machine().packs
    removed = cache.prune(max_size)
    kept = cache.list()
    if as_json:
        click.echo(json.dumps({"removed": plain_packs(removed), "kept": plain_packs(kept)}, indent=2))
        return
    told = [
        f"{len(packs)} {_packs(len(packs))} ({told_size(sum(each.size for each in packs))})"
        for packs in (removed, kept)
    ]
    click.echo(f"removed {told[0]}, kept {told[1]}")


def _packs(count: int) -> str:
    return "pack" if count == 1 else "packs"
