"""What OCI allows as a single value: each limit checks a value and says the same to the JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

#: What the templates hold where a value of one's own belongs: ``<unique_ID>``, ``<your tenancy>``, ``{region}``.
_PLACEHOLDER = re.compile(r"<[^<>]*>|^\{\w+\}")


@attrs.frozen(kw_only=True)
class Limit:
    """What is allowed as one value, beyond its type."""

    #: Goes on after "expected".
    expected: str
    allows: Callable[[Any], bool]
    #: As much of the same as JSON Schema can say.
    schema: Mapping[str, Any]
    #: Whether the templates hold a placeholder here, so that one left over is told as such.
    templated: bool = False
    #: What was expected of a value that is nearly right, where that can be told more closely than by `expected`.
    closer: Callable[[Any], str | None] | None = None
    #: Text that has the right form and is taken by OCI.
    reserved: tuple[str, ...] = ()

    def expected_of(self, value: object) -> str:
        """What was expected where `value` stands."""
        return (self.closer(value) if self.closer else None) or self.expected

    def placeholder(self, value: object) -> str | None:
        """The placeholder of a template that is still in `value`."""
        found = _PLACEHOLDER.search(value) if self.templated and isinstance(value, str) else None
        return found.group() if found else None


def matching(pattern: str, expected: str, *, templated: bool = False) -> Limit:
    """Text that a regular expression (of the kind that Python and JavaScript share) matches as a whole."""
    whole = re.compile(pattern)
    return Limit(
        expected=expected,
        allows=lambda text: whole.fullmatch(text) is not None,
        schema={"pattern": f"^(?:{pattern})$"},
        templated=templated,
    )


def between(low: float, high: float, expected: str) -> Limit:
    """A number from `low` to `high`, both included."""
    return Limit(
        expected=expected,
        allows=lambda number: low <= number <= high,
        schema={"minimum": low, "maximum": high},
    )


def at_least(low: float, expected: str) -> Limit:
    """A number of `low` or more."""
    return Limit(expected=expected, allows=lambda number: number >= low, schema={"minimum": low})


def at_most_items(most: int, expected: str) -> Limit:
    """A list of no more than `most` items, or a mapping of no more than `most` keys."""
    return Limit(
        expected=expected, allows=lambda items: len(items) <= most, schema={"maxItems": most, "maxProperties": most}
    )


def ocid(*types: str) -> Limit:
    """An OCID, of one of these resource types where any is given.

    The syntax is ``ocid1.<type>.<realm>.[region][.future use].<unique id>``. Source: Resource Identifiers, Oracle Cloud
    Infrastructure documentation.
    """
    resource = "|".join(rf"{re.escape(name)}(?:int|pre|dev)?" for name in types) or "[a-z0-9_-]+"
    like = " or ".join(f"ocid1.{name}.…" for name in types) or "ocid1.…"
    return matching(
        rf"ocid1\.(?:{resource})(?:\.[A-Za-z0-9_-]*){{2,3}}\.[A-Za-z0-9_-]+", f"an OCID ({like})", templated=True
    )


POSITIVE = Limit(expected="a number above 0", allows=lambda number: number > 0, schema={"exclusiveMinimum": 0})
ONE_OR_MORE = at_least(1, "1 or more")
PERCENT = between(1, 100, "a percentage from 1 to 100")

#: Source: docstrings of cool_down_in_seconds in oci.data_science.models.AutoScalingPolicy.
COOL_DOWN = at_least(300, "300 seconds or more")

#: Taken by the service on every instance.
TAKEN_PORTS = (8446, 8447, 24224)
#: Source: docstrings of server_port and health_check_port in the SDK's
#: OcirModelDeploymentEnvironmentConfigurationDetails.
PORT = Limit(
    expected="a port from 1024 to 65535 other than 8446, 8447 and 24224",
    allows=lambda port: 1024 <= port <= 65535 and port not in TAKEN_PORTS,  # noqa: PLR2004 - the sentence above names them
    schema={"minimum": 1024, "maximum": 65535, "not": {"enum": list(TAKEN_PORTS)}},
)

_LONGEST_NAME = 255
#: Control characters and line separators would break lists and tags; lone surrogates are no text at all.
_NOT_PRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: What later commands would take for an OCID or a URL.
_ADDRESS = re.compile(r"ocid1\.|https?://", re.IGNORECASE)


def display_name_fault(name: str) -> str | None:
    """What is wrong with a deployment's name, to go on after "the name"; None where nothing is.

    Source: Create model deployments, Data Science documentation.
    """
    address = _ADDRESS.match(name)
    if len(name) > _LONGEST_NAME:
        return f"has {len(name)} characters, and {_LONGEST_NAME} is the most"
    if _NOT_PRINTED.search(name):
        return f"has a line break or another control character: {name!r}"
    if name != name.strip():
        return f"begins or ends with a space: {name!r}"
    if address:
        return f"begins with '{address.group()}', so that it would be taken for an OCID or a URL: {name!r}"
    return None if name else "is empty"


DISPLAY_NAME = Limit(
    expected="1 to 255 characters on one line, no OCID or URL, and no space at an end",
    allows=lambda name: display_name_fault(name) is None,
    schema={
        "minLength": 1,
        "maxLength": _LONGEST_NAME,
        "pattern": r"^(?!\s|[oO][cC][iI][dD]1\.|[hH][tT][tT][pP][sS]?://)[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$",
        "not": {"pattern": r"\s$"},
    },
)

#: What a slug may not hold, since it becomes part of an object's name. Source: ADS ``opctl conda create``.
PACK_WORD = matching(r"[^@#$%^&*/]+", "text without any of @ # $ % ^ & * /")
_BUCKET = r"oci://[^@/\s<>]+@[^@/\s<>]+"
#: OCI's own packs have blanks in their names.
_PART = r"(?!\.{1,2}(?:/|$))[^/\s]+(?: +[^/\s]+)*"
_PATH = rf"/+{_PART}(?:/{_PART})*/*"
_BELOW_BUCKET = re.compile(rf"{_BUCKET}/.*")


def _of_a_bad_path(uri: str) -> str | None:
    """What is to be told of a URI that is right but for its path."""
    return "a path without empty, '.' or '..' parts after the bucket" if _BELOW_BUCKET.fullmatch(uri) else None


#: Source: the ``oci://`` URIs of ocifs; what is allowed is what `ObjectLocation.parse` reads.
DESTINATION = attrs.evolve(
    matching(rf"{_BUCKET}(?:{_PATH}|/*)", "oci://<bucket>@<namespace>/<path>", templated=True),
    closer=_of_a_bad_path,
)
#: A published pack, or the slug of one that the service provides; other schemes belong to other pack stores.
PACK_URI = attrs.evolve(
    matching(
        rf"{_BUCKET}{_PATH}|(?!oci:)[^\s/:]+|(?!oci:)[a-z0-9+.-]+:\S+",
        "oci://bucket@namespace/path/to/pack, the slug of a service pack, or a mapping that says how to build one",
        templated=True,
    ),
    closer=_of_a_bad_path,
)
#: Any reference that container engines understand. Source: Distribution's reference grammar, without its lengths.
BUILDER_IMAGE = matching(
    r"[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
    "a container image such as registry.example.com/conda/miniforge:24.9",
)
BASE_IMAGE = attrs.evolve(
    BUILDER_IMAGE, expected="a container image such as container-registry.oracle.com/os/oraclelinux:9-slim"
)
CHANNEL_ALIAS = matching(r"(?:https?|file)://\S+", "a URL (http, https or file)")
GLIBC = matching(r"2\.[0-9]+", "a version of glibc such as '2.28'")
PYTHON_VERSION = matching(r"3\.[0-9]+(?:\.[0-9]+)?", "a Python version such as '3.11'")

_HOST = r"(?:[a-z0-9-]+\.ocir\.io|ocir\.[a-z0-9-]+\.oci\.[a-z0-9.-]+)"
_NAME = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
#: The tag may be left out, as the registry allows. Source: docstring of image in the SDK's
#: OcirModelDeploymentEnvironmentConfigurationDetails.
IMAGE = matching(
    rf"{_HOST}(?:/{_NAME}){{2,}}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?(?:@sha256:[0-9a-f]{{64}})?",
    "an image in OCIR such as iad.ocir.io/namespace/repository:tag",
    templated=True,
)
#: A repository that images are pushed to, under tags of this project's choice.
IMAGE_DESTINATION = matching(
    rf"{_HOST}(?:/{_NAME}){{2,}}",
    "a repository in OCIR without a tag, such as iad.ocir.io/namespace/repository",
    templated=True,
)
#: Leaves room in a tag (128 characters) for what follows it.
IMAGE_NAME = matching(
    r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", "up to 100 letters, digits, dots, dashes and underscores", templated=True
)
#: Source: docstring of image_digest in the same class.
DIGEST = matching(r"sha256:[0-9a-f]{64}", "a digest: sha256: and 64 hexadecimal digits")

#: Reserved for the service. Source: Environment variables for custom containers, Data Science documentation.
RESERVED_VARIABLES = (
    "CONTAINER_CUSTOM_IMAGE",
    "MODEL_DEPLOYMENT_OCID",
    "MODEL_SERVING_PYTHON_VERSION",
    "TENANCY_OCID",
)
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}[A-Za-z0-9]")
#: Source: docstring of environment_variables in the SDK's DefaultModelDeploymentEnvironmentConfigurationDetails.
VARIABLE_NAME = Limit(
    expected=("a name of 2 to 31 letters, digits and underscores, the first a letter and the last no underscore"),
    allows=lambda name: _VARIABLE.fullmatch(name) is not None and name not in RESERVED_VARIABLES,
    reserved=RESERVED_VARIABLES,
    schema={"pattern": f"^{_VARIABLE.pattern}$", "not": {"enum": list(RESERVED_VARIABLES)}},
)

#: Source: Tagging limits, Oracle Cloud Infrastructure documentation.
TAG_KEY = matching(r"[^.\s]{1,100}", "a tag key of 1 to 100 characters without dots or spaces")
TAG_VALUE = Limit(expected="at most 256 characters", allows=lambda text: len(text) <= 256, schema={"maxLength": 256})  # noqa: PLR2004 - the sentence names it
FREEFORM_TAGS = at_most_items(10, "at most 10 tags")

#: Source: Create model deployments with custom endpoints, Data Science documentation.
ENDPOINTS = at_most_items(15, "at most 15 endpoints")

_DURATION = re.compile(r"PT(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?")


def _is_pending_duration(text: str) -> bool:
    found = _DURATION.fullmatch(text)
    if found is None:
        return False
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return 180 <= hours * 3600 + minutes * 60 + seconds <= 3600  # noqa: PLR2004 - PT3M and PT1H


#: Source: docstring of pending_duration in oci.data_science.models.ScalingConfiguration.
PENDING_DURATION = Limit(
    expected="an ISO 8601 duration from PT3M to PT1H",
    allows=_is_pending_duration,
    schema={"pattern": f"^{_DURATION.pattern}$"},
)

#: Source: docstring of query in oci.data_science.models.CustomExpressionQueryScalingConfiguration.
METRIC_QUERY = Limit(
    expected='a query on {resourceId = "MODEL_DEPLOYMENT_OCID"}',
    allows=lambda text: re.search(r"""resourceId\s*=\s*["']MODEL_DEPLOYMENT_OCID["']""", text) is not None,
    schema={"pattern": """resourceId\\s*=\\s*["']MODEL_DEPLOYMENT_OCID["']"""},
)
