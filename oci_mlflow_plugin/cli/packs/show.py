"""``oci-mlflow packs show``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from oci_mlflow_plugin.cli.settings import optional_target_option
from oci_mlflow_plugin.cli.sizes import told_size

if TYPE_CHECKING:
    from oci_mlflow_plugin.packs import Shown

_LARGEST = 10


@click.command("show", short_help="Show what a pack is and holds.")
@click.argument("pack", metavar="LOCK|URI")
@optional_target_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: the manifest, the whole lock, every package's bytes."
)
def command(pack: str, target: str, as_json: bool) -> None:  # noqa: FBT001 (click's way of flags)
    """Show what a pack is and holds: its manifest, its lock and its largest packages.

    LOCK is the beginning of the digest of a lock, for a pack that this machine keeps. URI is that of a published pack
    (oci://bucket@namespace/path), of which the manifest alone is known unless this machine keeps the same.
    """
    from oci_mlflow_core.model.target import Target  # noqa: PLC0415 (only when it runs)
    from oci_mlflow_plugin.packs import Cache, show_published  # noqa: PLC0415

    if "://" in pack:
        shown = show_published(Target.parse(target), pack)
    else:
        cache = Cache.of_this_machine()
        shown = cache.show(cache.pack(pack).lock_digest)
    click.echo(_json(shown) if as_json else "\n".join(_lines(shown)))


def _lines(shown: Shown) -> list[str]:
    manifest, lock = shown.manifest, shown.lock
    facts = {
        "name": manifest.name,
        "version": manifest.version,
        "python": manifest.python,
        "platform": manifest.platform,
        "builder": manifest.builder,
        "lock": manifest.lock_digest,
        "packages": str(lock.size) if lock else None,
        "size": told_size(shown.size),
        "sha256": shown.sha256,
        "path": manifest.pack_path,
    }
    lines = [f"{name:<9} {value}" for name, value in facts.items() if value]
    if shown.packages:
        lines += ["", f"the largest of {told_size(sum(size for _, size in shown.packages))} on disk:"]
        lines += [f"{size / 1_000_000:>9.1f} MB  {name}" for name, size in shown.packages[:_LARGEST]]
    return lines


def _json(shown: Shown) -> str:
    return json.dumps(
        {
            "manifest": json.loads(shown.manifest.to_json()),
            "size": shown.size,
            "sha256": shown.sha256,
            "lock": shown.lock.to_plain() if shown.lock else None,
            "packages": dict(shown.packages),
        },
        indent=2,
    )
