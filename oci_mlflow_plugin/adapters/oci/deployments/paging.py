"""Lists of the Data Science service, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from oci_mlflow_plugin.adapters.oci.session.calling import call
from oci_mlflow_plugin.adapters.oci.session.connection import Connection

#: The most that OCI gives at a time.
_PAGE = 100


def listed(
    connection: Connection,
    what: str,
    function: Callable[..., Any],
    *args: str,
    **filters: Any,  # noqa: ANN401 - the SDK has no types
) -> Iterator[Any]:
    """The items of all pages; OCI gives them as bare arrays, and the next page's token in a header.

    Args:
        connection: Whose clock waits between attempts.
        what: What is done, to follow "could not".
        function: A list operation of the SDK's client.
        *args: Its required arguments.
        **filters: Its filters and order.
    """
    page: dict[str, Any] = {}
    while True:
        response = call(connection.clock, what, function, *args, limit=_PAGE, **filters, **page)
        yield from response.data
        if not response.has_next_page:
            return
        page = {"page": response.next_page}
