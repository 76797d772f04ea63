"""Which operation a request asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

from attrs import field, frozen

from oci_twin.http.call import Call, Refusal, Reply

# What is handed back instead of a reply runs outside of the twin's lock.
Handler = Callable[[Call], "Reply | Callable[[], Reply]"]


@frozen
class Route:
    """One operation.

    Attributes:
        operation: The SDK's method name.
        body_signed: Whether POST and PUT have to sign their body.
        signed: Whether the call has to be signed at all.
    """

    method: str
    segments: tuple[str, ...]
    handler: Handler
    service: str
    operation: str
    body_signed: bool = True
    signed: bool = True

    @property
    def literals(self) -> int:
        return sum(not segment.startswith("{") for segment in self.segments)

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The decoded path parameters, or nothing when the path is another one."""
        own = self.segments
        if own[-1].endswith("*}"):
            if len(segments) < len(own):
                return None
            segments = [*segments[: len(own) - 1], "/".join(segments[len(own) - 1 :])]
        if len(own) != len(segments):
            return None
        if any(mine != sent for mine, sent in zip(own, segments, strict=True) if not mine.startswith("{")):
            return None
        named = {mine.strip("{*}"): unquote(sent) for mine, sent in zip(own, segments, strict=True) if mine[:1] == "{"}
        return named if all(named.values()) else None


@frozen
class Routes:
    """The operations that the twin knows; literal segments win over parameters.

    Templates look like ``/n/{namespace}/b/{bucket}/o/{object}``. A path is split while it is still encoded, and its
    parts are decoded afterwards, so one parameter holds an object's whole name. A last ``{name*}`` takes all that is
    left of the path.
    """

    _routes: list[Route] = field(factory=list)

    def add(
        self,
        method: str,
        template: str,
        handler: Handler,
        *,
        service: str,
        operation: str,
        body_signed: bool = True,
        signed: bool = True,
    ) -> None:
        segments = tuple(template.strip("/").split("/"))
        self._routes.append(Route(method, segments, handler, service, operation, body_signed, signed))
        self._routes.sort(key=lambda route: -route.literals)

    def extend(self, others: Iterable[Route]) -> None:
        self._routes.extend(others)
        self._routes.sort(key=lambda route: -route.literals)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
        """The route of a request and its path parameters.

        Raises:
            Refusal: 404 when no route has the path, 405 when one has it for other methods only.
        """
        segments = raw_path.lstrip("/").split("/")
        known = False
        for route in self._routes:
            params = route.match(segments)
            if params is None:
                continue
            if route.method == method:
                return route, params
            known = True
        if known:
            raise Refusal(405, "MethodNotAllowed", f"{raw_path} has no {method}.")
        raise Refusal(404, "NotFound", f"Nothing is served at {raw_path}.")
