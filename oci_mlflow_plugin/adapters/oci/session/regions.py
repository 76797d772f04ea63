"""Regions by name or short key. Imports ``oci`` when asked."""

from __future__ import annotations

from oci_mlflow_core.errors import InvalidRequestError, nearest
from oci_mlflow_plugin.adapters.oci.session.settings import REGION, Settings

#: Where the data plane answers in the commercial realm:
#: https://docs.oracle.com/en-us/iaas/Content/data-science/using/model-dep-invoke.htm
_DATA_PLANE = "https://modeldeployment.{region}.oci.customer-oci.com"
#: The SDK's template for realms that have no such name.
_DATA_PLANE_ELSEWHERE = "https://md.datascience.{region}.oci.{domain}"
_COMMERCIAL = "oc1"
_HINT = (
    "A region that is newer than the SDK is made known by the variable OCI_REGION_METADATA or the file "
    "~/.oci/regions-config.json, as OCI's documentation describes them."
)


def chosen_region(target: str | None, settings: Settings, own: str | None, whose: str) -> str:
    """The region's full name: by the target, ``OCI_MLFLOW_REGION``, the caller's credentials or ``OCI_REGION``.

    Args:
        target: The region part of the target URI.
        settings: The environment.
        own: What the credentials say; None where they do not.
        whose: What the credentials are called, for messages.

    Raises:
        InvalidRequestError: None of them says, or what says it is no region.
    """
    said = [
        (target, "the target"),
        (settings.get(REGION), REGION),
        (own, whose),
        (settings.get("OCI_REGION"), "OCI_REGION"),
    ]
    for region, source in said:
        if region:
            return full_name(region, source)
    raise InvalidRequestError(
        "the region is not known",
        f"Name it in the target (oci-datascience://REGION), in {REGION}, or as 'region' in the profile.",
    )


def full_name(region: str, source: str) -> str:
    """The region's full name for a full name or a short key, in any case.

    Raises:
        InvalidRequestError: The installed SDK knows no such region; names `source`.
    """
    from oci import __version__, regions  # noqa: PLC0415 - when a region is asked for

    name = region.lower()
    if regions.is_region_short_name(name):
        return str(regions.get_region_from_short_name(name))
    if regions.is_region(name):
        return name
    near = nearest(name, regions.REGIONS)
    meant = f"; did you mean '{near}'?" if near else ""
    raise InvalidRequestError(
        f"{source} says '{region}', which oci {__version__} does not know as a region{meant}", _HINT
    )


def data_plane(region: str) -> str:
    """The URL below which the deployments of a region answer.

    Args:
        region: Full name.
    """
    from oci import regions  # noqa: PLC0415 - when asked

    realm = regions.get_realm_from_region(region)
    if realm == _COMMERCIAL:
        return _DATA_PLANE.format(region=region)
    return _DATA_PLANE_ELSEWHERE.format(region=region, domain=regions.REALMS[realm])


def region_of(ocid: str) -> str | None:
    """The full name of the region that an OCID names (``ocid1.TYPE.REALM.REGION.UNIQUE``); None where it names none."""
    from oci import regions  # noqa: PLC0415 - when asked

    parts = ocid.split(".")
    name = parts[3].lower() if len(parts) > 4 else ""  # noqa: PLR2004 - of an OCID
    if not name:
        return None
    if regions.is_region_short_name(name):
        return str(regions.get_region_from_short_name(name))
    return name if regions.is_region(name) else None
