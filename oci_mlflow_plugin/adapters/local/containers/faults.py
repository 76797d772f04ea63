"""What keeps a container from serving."""

from __future__ import annotations


class ContainerFault(Exception):  # noqa: N818 - it is told to the user as the reason, not as an error of the program
    """The container does not serve; the text is one sentence that says why."""
