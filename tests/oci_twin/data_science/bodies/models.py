"""What is said of models: their details, provenance, references and transfers."""

from __future__ import annotations

from oci_twin.data_science.bodies.documents import Document, Kinds
from oci_twin.data_science.bodies.tags import DESCRIBED
from oci_twin.data_science.bodies.values import Flag, Many, Text, Value, Whole, ocid

_NOTIFICATIONS = ("NONE", "ALL", "ON_FAILURE", "ON_SUCCESS")

#: A null or absent member of an item is its default, so no member is required by the declaration.
METADATUM = Document(
    optional={
        "key": Text(),
        "value": Text(),
        "description": Text(),
        "category": Text(),
        "keywords": Many(Text()),
        "hasArtifact": Flag(),
    }
)

_CHANGEABLE: dict[str, Value] = {
    **DESCRIBED,
    "customMetadataList": Many(METADATUM),
    "definedMetadataList": Many(METADATUM),
    "modelVersionSetId": ocid("datasciencemodelversionset"),
    "versionLabel": Text(longest=255),
    "retentionSetting": Document(
        required={"archiveAfterDays": Whole(least=0)},
        optional={"deleteAfterDays": Whole(least=0), "customerNotificationType": Text(choices=_NOTIFICATIONS)},
    ),
    "backupSetting": Document(
        required={"isBackupEnabled": Flag(), "backupRegion": Text()},
        optional={"customerNotificationType": Text(choices=_NOTIFICATIONS)},
    ),
}

CREATE_MODEL = Document(
    required={"compartmentId": Text(), "projectId": ocid("datascienceproject")},
    optional={**_CHANGEABLE, "inputSchema": Text(), "outputSchema": Text()},
)
UPDATE_MODEL = Document(optional=_CHANGEABLE)

PROVENANCE = Document(
    optional={
        "repositoryUrl": Text(),
        "gitBranch": Text(),
        "gitCommit": Text(),
        "scriptDir": Text(),
        "trainingScript": Text(),
        "trainingId": ocid("(datasciencenotebooksession|datasciencejobrun|datasciencepipelinerun)"),
    }
)

CHANGE_COMPARTMENT = Document(required={"compartmentId": Text()})

#: From a bucket into the catalog; the SDK declares no member of it required, but nothing can be found without.
EXPORT_ARTIFACT = Document(
    required={
        "artifactExportDetails": Kinds(
            "artifactSourceType",
            {
                "ORACLE_OBJECT_STORAGE": Document(
                    required={"namespace": Text(), "sourceBucket": Text(), "sourceObjectName": Text()},
                    optional={"sourceRegion": Text()},
                )
            },
        )
    }
)
#: From the catalog into a bucket.
IMPORT_ARTIFACT = Document(
    required={
        "artifactImportDetails": Kinds(
            "artifactSourceType",
            {
                "ORACLE_OBJECT_STORAGE": Document(
                    required={"namespace": Text(), "destinationBucket": Text(), "destinationObjectName": Text()},
                    optional={"destinationRegion": Text()},
                )
            },
        )
    }
)
REGISTER_REFERENCES = Document(
    required={
        "modelArtifactReferences": Many(
            Kinds(
                "modelArtifactReferenceType",
                {"OSS": Document(required={"namespace": Text(), "bucketName": Text()}, optional={"prefix": Text()})},
            ),
            least=1,
        )
    }
)
