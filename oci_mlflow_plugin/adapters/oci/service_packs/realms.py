"""Where OCI keeps its own packs, realm by realm. Imports ``oci`` when asked."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_plugin.adapters.oci.session.settings import Settings

#: Variables of ADS, for realms that are not known here and for a bucket of one's own.
BUCKET = "CONDA_BUCKET_NAME"
NAMESPACE = "CONDA_BUCKET_NS"
_BUCKET_NAME = "service-conda-packs"
#: Source: ADS, ``ads.config`` and ``ads.model.runtime.env_info``, by the regions that they name.
_NAMESPACES = {"oc1": "id19sfcrra6z", "oc2": "ociodscprodoc2", "oc3": "ociodscprodoc3", "oc8": "axvucm64yaas"}
_INDEX = "service_pack/index.json"
#: There the index is at the bucket's root.
_INDEX_AT_ROOT = {"us-gov-chicago-1": "index.json"}


@attrs.frozen
class ServiceBucket:
    """The bucket, and its index."""

    location: ObjectLocation
    #: Name of the object.
    index: str


def service_bucket(region: str, settings: Settings) -> ServiceBucket:
    """The bucket that serves a region.

    Args:
        region: Full name.
        settings: The environment; ``CONDA_BUCKET_NAME`` and ``CONDA_BUCKET_NS`` win, as with ADS.

    Raises:
        InvalidRequestError: It is not known for the region's realm.
    """
    namespace = settings.get(NAMESPACE) or _namespace(region)
    bucket = settings.get(BUCKET) or _BUCKET_NAME
    return ServiceBucket(ObjectLocation(bucket, namespace, ""), _INDEX_AT_ROOT.get(region, _INDEX))


def _namespace(region: str) -> str:
    from oci import regions  # noqa: PLC0415 - when asked

    realm = regions.get_realm_from_region(region)
    if realm not in _NAMESPACES:
        raise InvalidRequestError(
            f"where OCI keeps its service packs in the realm {realm} (region {region}) is not known",
            f"Set {NAMESPACE} to the namespace of the bucket '{_BUCKET_NAME}', or give the pack's oci:// URI.",
        )
    return _NAMESPACES[realm]
