"""Everything that ``oci-mlflow doctor`` looks at, in its order; the documentation's table is made of it."""

from __future__ import annotations

from oci_mlflow_plugin.adapters.oci.inspection import caller, packs, service
from oci_mlflow_plugin.adapters.oci.inspection.checking import Check

#: Source of the policies: OCI documentation, "Policies", Data Science.
CHECKS = (
    Check(
        subject="authentication",
        asks="One signed call that every user may make, with the credentials that a deployment would use.",
        remedy="'oci setup config' makes an API key; OCI_MLFLOW_AUTH names another kind of authentication.",
        look=caller.authentication,
        asks_oci=False,
    ),
    Check(
        subject="region",
        asks="The region that calls go to.",
        remedy="Name it in the target (oci-datascience://REGION), in OCI_MLFLOW_REGION or in the profile.",
        look=caller.region,
        asks_oci=False,
    ),
    Check(
        subject="compartment",
        asks="The compartment that deployments are made in can be seen.",
        remedy="allow group <group> to inspect compartments in tenancy",
        look=caller.compartment,
    ),
    Check(
        subject="project",
        asks="The Data Science project is there, in the compartment that deployments are made in.",
        remedy="allow group <group> to use data-science-projects in compartment <compartment>",
        look=caller.project,
    ),
    Check(
        subject="model catalog",
        asks="Models of the compartment can be listed.",
        remedy="allow group <group> to manage data-science-models in compartment <compartment>",
        look=caller.models,
    ),
    Check(
        subject="model deployments",
        asks="Deployments of the compartment can be listed.",
        remedy=(
            "allow group <group> to manage data-science-model-deployments in compartment <compartment>\n"
            "allow group <group> to read data-science-work-requests in compartment <compartment>"
        ),
        look=caller.deployments,
    ),
    Check(
        subject="bucket, reading",
        asks="Objects of the bucket that packs are kept in can be listed.",
        remedy=(
            "allow group <group> to read buckets in compartment <compartment>\n"
            "allow group <group> to read objects in compartment <compartment> where target.bucket.name='<bucket>'"
        ),
        look=packs.bucket_read,
    ),
    Check(
        subject="bucket, writing",
        asks="Packs can be written to it; asked by a write that cannot happen (if-match with the etag of nothing).",
        remedy=(
            "allow group <group> to manage objects in compartment <compartment> where target.bucket.name='<bucket>'"
        ),
        look=packs.bucket_write,
    ),
    Check(
        subject="pack",
        asks=(
            "The published pack is there, says what it is, and has the Python that the file asks for and that the "
            "model was written with."
        ),
        remedy="Check the URI, or let the pack be built: replace it by a mapping with a destination.",
        look=packs.pack,
    ),
    Check(
        subject="logs",
        asks="The logs that the file names are there and enabled.",
        remedy=(
            "allow group <group> to read log-groups in compartment <compartment>\n"
            "allow group <group> to read log-content in compartment <compartment>"
        ),
        look=service.logs,
    ),
    Check(
        subject="shape",
        asks="The region offers the shape.",
        remedy="'oci-mlflow shapes' lists what is offered.",
        look=service.shape,
    ),
    Check(
        subject="limits",
        asks="Something is left of the limits that are about the shape, where the caller may read them.",
        remedy=f"{service.HIGHER_LIMIT}\nTo read limits: {service.LIMITS_POLICY}",
        look=service.quota,
    ),
    Check(
        subject="image",
        asks="The container's image is pinned by its digest.",
        remedy="Set spec.runtime.spec.imageDigest.",
        look=service.image,
        asks_oci=False,
    ),
    Check(
        subject="networking",
        asks="Custom networking is asked for, and what it needs.",
        remedy="allow service datascience to use virtual-network-family in compartment <compartment>",
        look=service.network,
        asks_oci=False,
    ),
    Check(
        subject="rights of the deployment",
        asks="What the deployment itself must be allowed, which its creator cannot see.",
        remedy="allow dynamic-group <group> to read objects in compartment <compartment>",
        look=service.own_rights,
        asks_oci=False,
    ),
)
