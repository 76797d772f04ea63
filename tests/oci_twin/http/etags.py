"""Conditions on entity tags."""

from __future__ import annotations

from oci_twin.http.call import Call, Refusal


def require_match(call: Call, etag: str, *, code: str = "NoEtagMatch") -> None:
    """Lets a call pass whose ``if-match`` is absent, ``*`` or the tag of the resource.

    Args:
        etag: The tag of what exists; empty where nothing does, which nothing matches.

    Raises:
        Refusal: 412 with ``code``.
    """
    wanted = call.headers.get("if-match")
    if wanted is not None and (not etag or wanted.strip('"') not in ("*", etag)):
        raise Refusal(412, code, f"The resource's etag is not {wanted}.")


def require_none_match(call: Call, etag: str | None) -> None:
    """Lets a call pass that creates, unless ``if-none-match: *`` forbids to replace what exists.

    Args:
        etag: The tag of what exists, if anything does.

    Raises:
        Refusal: 412 IfNoneMatchFailed.
    """
    unwanted = call.headers.get("if-none-match")
    if unwanted is not None and etag is not None and unwanted.strip('"') in ("*", etag):
        raise Refusal(412, "IfNoneMatchFailed", "The resource exists already.")
