"""Container images: how they are named, what they are made of, and what is known of one in a registry."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath

import attrs

from oci_mlflow_core.model.canonical import digest_of
from oci_mlflow_core.model.environment import Platform

#: Labels by which an image that was made here is known again: digests of its lock and of its recipe.
LOCK_LABEL = "io.github.oci-mlflow-plugin.lock"
RECIPE_LABEL = "io.github.oci-mlflow-plugin.recipe"
#: What an image was made from. Source: the OCI image specification, "Annotations".
BASE_LABEL, BASE_DIGEST_LABEL = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"
#: Raised when images are laid out in another way, so that equal recipes stay equal images.
RECIPE_VERSION = 1
_HUB = "docker.io"
#: Of a digest, how much of it ends a tag.
TAG_DIGITS = 12
# The grammar of github.com/distribution/reference.
_REGISTRY = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?")
_PATH_PART = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class ImagePlatform(str, enum.Enum):
    """What an image runs on, in the words of engines."""

    LINUX_AMD64 = "linux/amd64"
    LINUX_ARM64 = "linux/arm64"

    def __str__(self) -> str:
        return self.value

    @classmethod
    def of(cls, platform: Platform) -> ImagePlatform:
        """The one that runs environments of that platform.

        Raises:
            ValueError: It is not a Linux.
        """
        known = {Platform.LINUX_64: cls.LINUX_AMD64, Platform.LINUX_AARCH64: cls.LINUX_ARM64}
        if platform not in known:
            msg = f"container images are for Linux, not for {platform}"
            raise ValueError(msg)
        return known[platform]


@attrs.frozen
class ImageReference:
    """The name of an image: ``<registry>/<repository>``, with a tag, a digest or both."""

    #: Host, with a port where it is not the usual one.
    registry: str
    repository: str
    tag: str = ""
    #: ``sha256:`` and 64 hexadecimal digits.
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> ImageReference:
        """Reads a name; one without a registry is Docker Hub's, as engines have it.

        Raises:
            ValueError: It is no name of an image, with what is wrong about it.
        """
        name, at, digest = text.strip().partition("@")
        if at and not _DIGEST.fullmatch(digest):
            raise _fault(text, f"the digest '{digest}' is not sha256: and 64 hexadecimal digits")
        tag = ""
        if ":" in name.rpartition("/")[2]:
            name, _, tag = name.rpartition(":")
            if not _TAG.fullmatch(tag):
                raise _fault(text, f"the tag '{tag}' is not up to 128 letters, digits, '.', '_' and '-'")
        registry, slash, repository = name.partition("/")
        if not slash or not (set(".:[") & set(registry) or registry == "localhost"):
            registry, repository = _HUB, name if slash else f"library/{name}"
        if not _REGISTRY.fullmatch(registry):
            raise _fault(text, f"'{registry}' is not the name of a registry")
        for part in repository.split("/"):
            if not _PATH_PART.fullmatch(part):
                raise _fault(text, f"'{part}' is not lower-case letters and digits with '.', '_' or '-' between them")
        return cls(registry, repository, tag, digest)

    def pinned(self, digest: str) -> ImageReference:
        """The same image, by that digest."""
        return attrs.evolve(self, digest=digest)

    def tagged(self, tag: str) -> ImageReference:
        """The same repository, with that tag alone."""
        return attrs.evolve(self, tag=tag, digest="")

    @property
    def place(self) -> str:
        """Registry and repository."""
        return f"{self.registry}/{self.repository}"

    def __str__(self) -> str:
        return self.place + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def _fault(text: str, reason: str) -> ValueError:
    return ValueError(f"'{text}' is not the name of an image: {reason}")


@attrs.frozen
class ImageLayer:
    """One layer of an image."""

    #: Of the compressed layer, ``sha256:…``.
    digest: str
    #: Compressed bytes.
    size: int
    #: One line, such as ``python 3.11.7 and 42 packages``; empty where nobody says.
    what: str = ""


@attrs.frozen(kw_only=True)
class ImageFacts:
    """What a registry knows of an image."""

    reference: ImageReference
    #: Of what the reference names: the image's manifest, or an index that has it.
    digest: str
    #: ``linux/amd64`` and the like; that of the image, which need not be the one that was asked for.
    platform: str
    layers: tuple[ImageLayer, ...] = ()
    cmd: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    env: Mapping[str, str] = attrs.field(factory=dict)
    labels: Mapping[str, str] = attrs.field(factory=dict)
    user: str = ""
    exposed_ports: tuple[int, ...] = ()
    #: Whether ``curl`` is in it; None where that was not asked for or cannot be known.
    has_curl: bool | None = None

    @property
    def size(self) -> int:
        """Compressed bytes of all layers."""
        return sum(layer.size for layer in self.layers)


@attrs.frozen(kw_only=True)
class ImageRecipe:
    """Everything that decides what is in an image: equal recipes give equal images."""

    #: With its digest.
    base: ImageReference
    platform: ImagePlatform
    lock_digest: str
    #: Of the server's files and requirements.
    server_digest: str
    port: int

    @property
    def digest(self) -> str:
        """64 hexadecimal digits."""
        return digest_of(
            {
                "version": RECIPE_VERSION,
                "base": f"{self.base.place}@{self.base.digest}",
                "platform": self.platform.value,
                "lock": self.lock_digest,
                "server": self.server_digest,
                "port": self.port,
            }
        )

    def tag(self, name: str) -> str:
        """``<name>-<12 digits of the digest>``."""
        return f"{name}-{self.digest[:TAG_DIGITS]}"


@attrs.frozen
class ServerFile:
    """One file of the server."""

    #: Relative to the server's folder.
    path: PurePosixPath
    content: bytes = attrs.field(repr=False)
    mode: int = 0o644


@attrs.frozen(kw_only=True)
class ImageServer:
    """What answers requests in an image."""

    files: tuple[ServerFile, ...]
    #: Exact requirements (``name==version``, with markers), which are laid into `wheels` below the server's folder.
    requirements: tuple[str, ...] = ()
    wheels: str = "wheels"
    #: What the environment's Python is started with, in the server's folder.
    command: tuple[str, ...]
    #: Beside those of the base and of the environment.
    environment: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def digest(self) -> str:
        """64 hexadecimal digits over everything of it."""
        return digest_of(
            {
                "files": [[str(file.path), file.mode, sha256(file.content).hexdigest()] for file in self.files],
                "requirements": self.requirements,
                "wheels": self.wheels,
                "command": self.command,
                "environment": dict(self.environment),
            }
        )


@attrs.frozen(kw_only=True)
class BuiltImage:
    """An image that is in its registry."""

    #: With tag and digest.
    reference: ImageReference
    platform: ImagePlatform
    #: The base's first.
    layers: tuple[ImageLayer, ...]
    #: Bytes that had to be sent.
    pushed_bytes: int

    @property
    def digest(self) -> str:
        """``sha256:…``."""
        return self.reference.digest

    @property
    def size(self) -> int:
        """Compressed bytes of all layers."""
        return sum(layer.size for layer in self.layers)
