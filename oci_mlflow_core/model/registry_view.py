"""What a registry of models says about a version that is deployed."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class RegistryView:
    """A registered version as its registry sees it now."""

    #: The URI that always means this version, ``models:/name/7``.
    model_uri: str
    #: False when the version, or the whole model, was deleted from the registry.
    registered: bool = True
    #: In order; an alias that was moved to another version is not among them.
    aliases: tuple[str, ...] = ()
    #: Such as ``Production``; empty where the version is in none.
    stage: str = ""
