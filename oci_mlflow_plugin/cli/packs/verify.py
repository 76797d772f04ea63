"""``oci-mlflow packs verify``."""

from __future__ import annotations

import json

import click


@click.command("verify", short_help="See whether the packs are what they were.")
@click.argument("digests", metavar="[LOCK]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def command(digests: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 (click's way of flags)
    """See whether the bytes of the packs are those that were kept, and change nothing.

    LOCK is the beginning of a lock's digest; without one every pack is read. The exit code is 1 where one was altered.
    """
    from oci_mlflow_plugin.cli.packs.plain import SHOWN_DIGITS  # noqa: PLC0415 (only when it runs)
    from oci_mlflow_plugin.packs import Cache  # noqa: PLC0415

    cache = Cache.of_this_machine()
    packs = tuple(map(cache.pack, digests)) or cache.packs.list()
    altered = cache.altered(packs)
    if as_json:
        click.echo(
            json.dumps([{"lock_digest": pack.lock_digest, "altered": pack in altered} for pack in packs], indent=2)
        )
    else:
        for pack in packs:
            mark = click.style("ALTERED", fg="red") if pack in altered else f"{click.style('ok', fg='green')}     "
            click.echo(f"{mark}  {pack.lock_digest[:SHOWN_DIGITS]}  {pack.manifest.name}")
    if altered:
        raise click.ClickException(
            f"{len(altered)} of {len(packs)} packs {'was' if len(altered) == 1 else 'were'} altered\n"
            "Hint: Such a pack is not used: it is removed and built again when it is needed next."
        )
