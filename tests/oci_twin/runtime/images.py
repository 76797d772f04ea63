"""Container images: servers that a test has started, each under the reference of the image that it stands for."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping

import attrs

from oci_twin.runtime.failing import CannotServe
from oci_twin.runtime.story import Story

_PAUSE = 0.2
_ONE_LOOK = 5


@attrs.frozen
class Images:
    """The servers by image reference, and the seconds that one has to become healthy.

    Source: OCI documentation, "Bring your own container": ``GET /health`` has to answer 200 within ten minutes.
    """

    urls: Mapping[str, str]
    seconds: float

    def has(self, image: str) -> bool:
        """Whether a server was named for the image."""
        return image in self.urls

    def healthy_url(self, image: str, story: Story) -> str:
        """The URL of the image's server, once it is healthy.

        Raises:
            CannotServe: No server was named for the image, or it does not become healthy in time.
            Stopped: The generation was stopped meanwhile.
        """
        url = self.urls.get(image)
        if url is None:
            raise CannotServe(f"image not accessible: {image}")
        url = url.rstrip("/")
        looks = max(1, round(self.seconds / _PAUSE))
        seen = ""
        for _ in range(looks):
            seen = _health(f"{url}/health")
            if not seen:
                return url
            story.pause(_PAUSE)
        raise CannotServe(f"the container of {image} did not become healthy within {self.seconds:g} s: {seen}")


def _health(url: str) -> str:
    """Empty for a 200, else what was seen instead."""
    try:
        with urllib.request.urlopen(url, timeout=_ONE_LOOK) as answer:  # noqa: S310 - a test names it
            status = answer.status
    except urllib.error.HTTPError as error:
        with error:
            status = error.code
    except OSError as error:
        return f"GET /health fails: {error}"
    return "" if status == 200 else f"GET /health answers {status}"
