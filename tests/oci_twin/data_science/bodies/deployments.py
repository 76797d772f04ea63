"""``CreateModelDeploymentDetails`` and ``UpdateModelDeploymentDetails`` with all that they are made of.

An update has the same parts as a create; of its configuration the model's id alone is required.
"""

from __future__ import annotations

from oci_twin.data_science.bodies.documents import Document, Kinds
from oci_twin.data_science.bodies.scaling import SCALING_POLICY, WORKLOAD_SCALING_POLICY
from oci_twin.data_science.bodies.tags import DESCRIBED
from oci_twin.data_science.bodies.values import Many, Map, Real, Text, Value, Whole, ocid

CPU_BASELINES = ("BASELINE_1_8", "BASELINE_1_2", "BASELINE_1_1")
MANAGED_NETWORKING = ("MANAGED_NETWORKING_NO_INTERNET_ACCESS", "MANAGED_NETWORKING_INTERNET_ACCESS")
CUSTOM_NETWORKING = "CUSTOM_NETWORKING"
#: Of custom endpoints, at most; Oracle's sample on several inference endpoints.
CUSTOM_ENDPOINTS = 15

INSTANCE_CONFIGURATION = Document(
    required={"instanceShapeName": Text()},
    optional={
        "modelDeploymentInstanceShapeConfigDetails": Document(
            optional={"ocpus": Real(), "memoryInGBs": Real(), "cpuBaseline": Text(choices=CPU_BASELINES)}
        ),
        "subnetId": ocid("subnet"),
        "privateEndpointId": ocid("datascienceprivateendpoint"),
        "networkAccessType": Text(choices=(*MANAGED_NETWORKING, CUSTOM_NETWORKING)),
        "capacityReservationIds": Many(ocid("capacityreservation")),
    },
)

_SCALED: dict[str, Value] = {
    "scalingPolicy": SCALING_POLICY,
    "bandwidthMbps": Whole(least=1),
    "maximumBandwidthMbps": Whole(least=1),
}

_ENDPOINT = Document(
    required={"endpointUriSuffix": Text(), "httpMethods": Many(Text(choices=("GET", "POST", "PUT", "DELETE")), least=1)}
)

ENVIRONMENT = Kinds(
    "environmentConfigurationType",
    {
        "DEFAULT": Document(optional={"environmentVariables": Map(Text())}),
        "OCIR_CONTAINER": Document(
            optional={
                "image": Text(),
                "imageDigest": Text(pattern="sha256:[0-9a-f]{64}"),
                "imageSignatureId": Text(),
                "cmd": Many(Text()),
                "entrypoint": Many(Text()),
                "serverPort": Whole(),
                "healthCheckPort": Whole(),
                "environmentVariables": Map(Text()),
                "predictApiSpecification": Text(),
                "customHttpEndpoints": Many(_ENDPOINT, most=CUSTOM_ENDPOINTS),
            }
        ),
    },
)

_LOG = Document(required={"logId": ocid("log"), "logGroupId": ocid("loggroup")})
LOGS = Document(optional={"access": _LOG, "predict": _LOG})

_MODEL: dict[str, Value] = {"modelId": ocid("datasciencemodel")}
_SIGNATURE: dict[str, Value] = {"modelArtifactSignatureId": Text()}
_GROUP = Document(required={"modelGroupId": ocid("datasciencemodelgroup")})
_ENVIRONMENT: dict[str, Value] = {"environmentConfigurationDetails": ENVIRONMENT}

_AMOUNT: dict[str, Value] = {"ocpus": Real(least=0), "memoryInGBs": Real(least=0)}
_RESOURCES = Document(
    required={"resourceRequestConfiguration": Document(required=_AMOUNT, optional={"gpus": Whole(least=0)})},
    optional={"resourceLimitConfiguration": Document(required=_AMOUNT)},
)
_CLUSTER: dict[str, Value] = {
    "computeTargetId": ocid("datasciencecomputetarget"),
    "modelDeploymentResourceConfiguration": _RESOURCES,
}
_WORKLOAD: dict[str, Value] = {"scalingPolicy": WORKLOAD_SCALING_POLICY}

CREATE_CONFIGURATION = Kinds(
    "deploymentType",
    {
        "SINGLE_MODEL": Document(
            required={
                "modelConfigurationDetails": Document(
                    required={**_MODEL, "instanceConfiguration": INSTANCE_CONFIGURATION},
                    optional={**_SIGNATURE, **_SCALED},
                )
            },
            optional=_ENVIRONMENT,
        ),
        "MODEL_GROUP": Document(
            required={
                "modelGroupConfigurationDetails": _GROUP,
                "infrastructureConfigurationDetails": Kinds(
                    "infrastructureType",
                    {
                        "INSTANCE_POOL": Document(
                            required={"instanceConfiguration": INSTANCE_CONFIGURATION}, optional=_SCALED
                        )
                    },
                ),
            },
            optional=_ENVIRONMENT,
        ),
        "SINGLE_MODEL_FLEX": Document(
            required={
                "modelConfigurationDetails": Document(required=_MODEL, optional=_SIGNATURE),
                "infrastructureConfigurationDetails": Kinds(
                    "infrastructureType", {"MANAGED_COMPUTE_CLUSTER": Document(required=_CLUSTER, optional=_WORKLOAD)}
                ),
            },
            optional=_ENVIRONMENT,
        ),
    },
)

_UPDATE_CONFIGURATION = Kinds(
    "deploymentType",
    {
        "SINGLE_MODEL": Document(
            optional={
                "modelConfigurationDetails": Document(
                    required=_MODEL, optional={"instanceConfiguration": INSTANCE_CONFIGURATION, **_SIGNATURE, **_SCALED}
                ),
                **_ENVIRONMENT,
            }
        ),
        "MODEL_GROUP": Document(
            optional={
                "updateType": Text(choices=("ZDT", "LIVE")),
                "modelGroupConfigurationDetails": _GROUP,
                "infrastructureConfigurationDetails": Kinds(
                    "infrastructureType",
                    {"INSTANCE_POOL": Document(optional={"instanceConfiguration": INSTANCE_CONFIGURATION, **_SCALED})},
                ),
                **_ENVIRONMENT,
            }
        ),
        "SINGLE_MODEL_FLEX": Document(
            optional={
                "modelConfigurationDetails": Document(required=_MODEL, optional=_SIGNATURE),
                "infrastructureConfigurationDetails": Kinds(
                    "infrastructureType", {"MANAGED_COMPUTE_CLUSTER": Document(optional={**_CLUSTER, **_WORKLOAD})}
                ),
                **_ENVIRONMENT,
            }
        ),
    },
)

CREATE_DEPLOYMENT = Document(
    required={
        "projectId": ocid("datascienceproject"),
        "compartmentId": Text(),
        "modelDeploymentConfigurationDetails": CREATE_CONFIGURATION,
    },
    optional={**DESCRIBED, "categoryLogDetails": LOGS},
)

UPDATE_DEPLOYMENT = Document(
    optional={**DESCRIBED, "modelDeploymentConfigurationDetails": _UPDATE_CONFIGURATION, "categoryLogDetails": LOGS}
)
