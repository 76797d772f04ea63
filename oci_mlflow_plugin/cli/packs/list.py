"""``oci-mlflow packs list``."""

from __future__ import annotations

import json

import click

_NUMBERS = frozenset({3, 4})


@click.command("list", short_help="List the packs that this machine keeps.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def command(as_json: bool) -> None:  # noqa: FBT001 (click's way of flags)
    """List the packs that this machine keeps, the one that was used last first.

    A pack is known by the digest of its lock. Times are UTC; an asterisk marks a pack that a command is using.
    """
    from oci_mlflow_plugin.cli.packs.plain import SHOWN_DIGITS, plain_packs  # noqa: PLC0415 (only when it runs)
    from oci_mlflow_plugin.cli.tables import table  # noqa: PLC0415
    from oci_mlflow_plugin.packs import Cache  # noqa: PLC0415

    packs = Cache.of_this_machine().packs.list()
    if as_json:
        click.echo(json.dumps(plain_packs(packs), indent=2))
        return
    rows = [
        (
            pack.lock_digest[:SHOWN_DIGITS],
            pack.manifest.name,
            pack.manifest.python,
            str(pack.packages),
            f"{pack.size / 1_000_000:.1f}",
            f"{pack.last_used:%Y-%m-%d %H:%M}{'*' if pack.in_use else ''}",
        )
        for pack in packs
    ]
    for line in table(("LOCK", "NAME", "PYTHON", "PACKAGES", "MB", "LAST USED"), rows, right=_NUMBERS):
        click.echo(line)
