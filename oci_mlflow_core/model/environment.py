"""What a model's environment has to hold (the request) and what exactly was chosen for it (the lock)."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import Any

import attrs

from oci_mlflow_core.model.canonical import canonical_json, digest_of
from oci_mlflow_core.model.plain_values import value_of

#: Raised when the meaning of a field changes, so that an old lock is not taken for a new one.
LOCK_VERSION = 2


class Platform(str, enum.Enum):
    """Where an environment will run, in conda's words (``subdir``)."""

    LINUX_64 = "linux-64"
    LINUX_AARCH64 = "linux-aarch64"
    OSX_64 = "osx-64"
    OSX_ARM64 = "osx-arm64"

    def __str__(self) -> str:
        return self.value


@attrs.frozen(kw_only=True)
class PipOptions:
    """The options of a requirements file that say where packages come from.

    Values may hold ``${NAME}`` for the environment, as pip's own files do; they are expanded where the index is
    asked, never before, so that a credential is in no lock, log or digest.
    """

    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    #: Folders (absolute) or URLs.
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    no_index: bool = False
    pre: bool = False

    def to_plain(self) -> dict[str, Any]:
        return attrs.asdict(self)


@attrs.frozen(kw_only=True)
class ShippedWheel:
    """A wheel that lies in the model's own artifact, usually below ``code/``."""

    #: Relative to the model's folder until `EnvironmentRequest.located_in` makes it absolute.
    path: str = attrs.field(eq=False)
    filename: str
    sha256: str


@attrs.frozen(kw_only=True)
class BuildSettings:
    """What the user says about how environments are made, and that does not decide what is in them.

    They reach a builder in `EnvironmentRequest.settings`; one that has no use for a setting passes it over.
    """

    #: ``builderImage``: the container image that a container builder works in; None for its own default.
    builder_image: str | None = None
    #: ``channelAlias``: the URL that names of conda channels are below, without a slash at its end; None for conda's
    #: own setting. It may hold a credential, which reaches no lock, log or error.
    channel_alias: str | None = None


@attrs.frozen(kw_only=True)
class EnvironmentRequest:
    """What a model's environment files ask for, in a form in which equal requests are equal."""

    #: A PEP 440 specifier set (``==3.11.*``, ``>=3.9,<3.12``) or an exact version (``3.11.7``).
    python: str
    #: PEP 508 requirements, normalised and sorted; ``-r`` and options are resolved away.
    pip: tuple[str, ...]
    #: PEP 508 requirements that bound versions without asking for the package (``-c`` files), normalised and sorted.
    constraints: tuple[str, ...] = ()
    #: Where the files say ``--hash``: normalised name and the only hashes (``sha256:…``) that may be installed.
    hashes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Conda match specs other than python and pip, as they stand, sorted.
    conda: tuple[str, ...] = ()
    #: In order of priority.
    channels: tuple[str, ...] = ()
    pip_options: PipOptions = attrs.field(factory=PipOptions)
    #: Candidates, preferred to every index; `pip` names (as ``name==version``) those that are asked for.
    wheels: tuple[ShippedWheel, ...] = ()
    platform: Platform = Platform.LINUX_64
    gpu: bool = False
    #: The glibc of the machines that it will run on, such as ``2.28``: packages must not need a newer one. Empty for
    #: platforms without glibc.
    glibc: str = ""
    #: Only packages that were uploaded before this moment are chosen: RFC 3339, UTC (``2025-01-31T00:00:00Z``).
    exclude_newer: str | None = None
    #: Not part of the request's identity.
    settings: BuildSettings = attrs.field(factory=BuildSettings, eq=False)
    #: The file of the model that the request was read from, for messages.
    origin: str = attrs.field(default="conda.yaml", eq=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the request: two models with equal digests can share one pack."""
        newest = {} if self.exclude_newer is None else {"exclude_newer": self.exclude_newer}
        return digest_of(
            {
                "version": LOCK_VERSION,
                "python": self.python,
                "pip": self.pip,
                "constraints": self.constraints,
                "hashes": self.hashes,
                "conda": self.conda,
                "channels": self.channels,
                "pip_options": self.pip_options.to_plain(),
                "wheels": [[wheel.filename, wheel.sha256] for wheel in self.wheels],
                "platform": self.platform.value,
                "gpu": self.gpu,
                "glibc": self.glibc,
                **newest,
            }
        )

    def located_in(self, folder: Path) -> EnvironmentRequest:
        """The same request, of the same digest, with the wheels where they are: in `folder`, the model's (absolute)."""
        wheels = tuple(attrs.evolve(wheel, path=str(folder / wheel.path)) for wheel in self.wheels)
        return attrs.evolve(self, wheels=wheels)


@attrs.frozen(kw_only=True)
class LockedPython:
    """The interpreter that a pack contains."""

    #: Full version, such as ``3.11.7``.
    version: str
    #: What kind of Python it is: ``standalone``, ``copied`` or ``conda``.
    kind: str
    #: SHA-256 over the interpreter's own files; empty where a package's hash says it (conda).
    sha256: str = ""
    #: The lowest glibc that can run it, such as ``2.35``; empty where it needs none.
    glibc: str = ""


@attrs.frozen(kw_only=True, order=True)
class LockedRequirement:
    """One Python distribution of a lock."""

    #: Normalised name (PEP 503).
    name: str
    version: str
    #: Only for what comes from a direct reference; never holds a credential or a path of the building machine.
    url: str = ""
    #: ``sha256:…`` of each file that may be installed, sorted.
    hashes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, order=True)
class LockedCondaPackage:
    """One conda package of a lock, with all that an installation without a solve needs of its record.

    Where it is downloaded follows from the channel, `subdir` and `filename` when it is installed, so that a mirror
    changes no digest.
    """

    name: str
    version: str
    build: str
    #: As conda.yaml names it (``conda-forge``), or a URL without credentials; never that of a mirror.
    channel: str
    #: Part of the channel: a platform in conda's words, or ``noarch``.
    subdir: str
    filename: str
    #: Of the file, 64 lower-case hexadecimal digits.
    sha256: str
    #: Of the file; empty where the channel does not say.
    md5: str = ""
    #: Bytes of the file; 0 where the channel does not say.
    size: int = 0
    #: Match specs, in the order of the channel's record.
    depends: tuple[str, ...] = ()
    constrains: tuple[str, ...] = ()
    #: ``python`` or ``generic`` for a package that fits every platform, else empty.
    noarch: str = ""
    build_number: int = 0
    #: Of a package ``python``: where packages for every platform go (CEP 17), relative to the prefix; else empty.
    python_site_packages_path: str = ""


@attrs.frozen(kw_only=True)
class Lock:
    """Everything that a pack will contain, exactly: from one lock every build makes the same bytes."""

    builder: str
    platform: Platform
    python: LockedPython
    pip: tuple[LockedRequirement, ...] = ()
    conda: tuple[LockedCondaPackage, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the lock: the identity of the pack that is built from it."""
        return digest_of(self.to_plain())

    @property
    def size(self) -> int:
        """How many packages it has, conda's and pip's."""
        return len(self.pip) + len(self.conda)

    def to_plain(self) -> dict[str, Any]:
        return {"version": LOCK_VERSION, **attrs.asdict(self, value_serializer=_plain)}

    def to_text(self) -> str:
        """Canonical JSON, one line; the same with other spaces and order of keys is the same lock."""
        return canonical_json(self.to_plain())

    @classmethod
    def from_text(cls, text: str) -> Lock:
        """The lock that `to_text` wrote, however its JSON was laid out since.

        Raises:
            ValueError: The text is not a lock, or one of another version of the format.
        """
        plain = json.loads(text)
        if not isinstance(plain, dict) or plain.pop("version", None) != LOCK_VERSION:
            msg = f"not a lock of format {LOCK_VERSION}"
            raise ValueError(msg)
        try:
            return value_of(plain, cls)
        except ValueError as fault:
            msg = f"not a lock: {fault}"
            raise ValueError(msg) from fault


def _plain(_owner: object, _field: object, value: Any) -> Any:  # noqa: ANN401
    return value.value if isinstance(value, enum.Enum) else value
