"""What a package of the channel is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import attrs

#: When everything in the channel was made, in seconds since 1970, unless a recipe says otherwise: 2023-11-14.
MADE = 1_700_000_000
NOARCH = "noarch"
#: conda-build pads the folder that it builds in to this length, so that any prefix fits in its place.
_PLACEHOLDER_LENGTH = 255


def placeholder(package: str) -> str:
    """The folder that such a package pretends to have been built in: every package has one of its own."""
    begin = f"/home/builder/channel/{package}/_h_env"
    padding = "_placehold" * (_PLACEHOLDER_LENGTH // 10)
    return (begin + padding)[:_PLACEHOLDER_LENGTH]


@attrs.frozen(kw_only=True)
class Recipe:
    """The metadata of one package; its files lie in `root`."""

    name: str
    version: str
    #: As they are in a prefix, or for a ``python`` one in ``site-packages`` and ``python-scripts``.
    root: Path
    subdir: str = NOARCH
    depends: tuple[str, ...] = ()
    constrains: tuple[str, ...] = ()
    #: For packages of the subdir ``noarch``.
    noarch: Literal["python", "generic"] = "generic"
    #: ``command = module:function``.
    entry_points: tuple[str, ...] = ()
    #: Follows the hash of the content in the build string, such as ``_cpython``.
    build_suffix: str = ""
    build_number: int = 0
    license: str = "LicenseRef-test"
    #: Seconds since 1970.
    made: int = MADE
    #: The older format of archives, bzip2 in one.
    bzip2: bool = False

    @property
    def placeholder(self) -> str:
        """What stands in its files for the prefix."""
        return placeholder(self.name)
