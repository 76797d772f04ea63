from __future__ import annotations

from typing import Any

import oci
import pytest
from integration.oci_twin.data_science.rig import Science, refused, serving
from oci_twin.data_science.behaviour import Behaviour
from oci_twin.data_science.models.metadata import CATEGORIES


def _custom(**more: Any) -> list[dict[str, Any]]:
    return [{"key": "k", "value": "v", "category": "Other", **more}]


def test_custom_metadata_is_shown_as_it_was_given(science: Science) -> None:
    item = oci.data_science.models.Metadata(key="k", value="v", description="d", category="Reports", keywords=["w"])

    model = science.client.get_model(science.model(customMetadataList=[item])).data

    shown = model.custom_metadata_list[0]
    assert (shown.key, shown.value, shown.description, shown.category) == ("k", "v", "d", "Reports")
    assert (shown.keywords, shown.has_artifact) == (["w"], False)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_possible(science: Science, category: str) -> None:
    model_id = science.model(customMetadataList=_custom(category=category))

    assert science.client.get_model(model_id).data.custom_metadata_list[0].category == category


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (_custom(category="Mine"), f"The category of 'k' must be one of {', '.join(CATEGORIES)}."),
        (_custom(value="v" * 256), "The value of 'k' has 256 characters; at most 255 are possible."),
        (_custom(description="d" * 256), "The description of 'k' has 256 characters; at most 255 are possible."),
        (_custom() + _custom(), "customMetadataList has the key 'k' twice."),
    ],
)
def test_impossible_custom_metadata_is_refused(science: Science, items: list[dict[str, Any]], message: str) -> None:
    assert refused(science.model, customMetadataList=items) == (400, "InvalidParameter", message)


def test_an_item_needs_a_key(science: Science) -> None:
    answer = refused(science.model, customMetadataList=[{"value": "v"}])

    assert answer == (400, "MissingParameter", "customMetadataList[0].key is required.")


def test_a_value_of_255_characters_is_possible(science: Science) -> None:
    model_id = science.model(customMetadataList=_custom(value="v" * 255))

    assert len(science.client.get_model(model_id).data.custom_metadata_list[0].value) == 255


def test_all_metadata_together_has_at_most_32000_bytes(science: Science) -> None:
    items = [{"key": f"k{number}", "value": "v" * 255, "description": "d" * 255} for number in range(60)]

    answer = refused(science.model, customMetadataList=items)

    assert answer[0] == 400
    assert answer[2].endswith("at most 32000 are possible.")


def test_longer_values_can_be_allowed() -> None:
    with serving(behaviour=Behaviour(max_metadata_value=16_000)) as science:
        model_id = science.model(customMetadataList=_custom(value="v" * 16_000))

        assert len(science.client.get_model(model_id).data.custom_metadata_list[0].value) == 16_000


@pytest.mark.parametrize(("key", "value"), [("Framework", "scikit-learn"), ("UseCaseType", "regression")])
def test_defined_metadata_takes_the_known_values(science: Science, key: str, value: str) -> None:
    model_id = science.model(definedMetadataList=[{"key": key, "value": value}])

    assert science.client.get_model(model_id).data.defined_metadata_list[0].value == value


@pytest.mark.parametrize(("key", "value"), [("Framework", "sklearn"), ("UseCaseType", "guessing")])
def test_defined_metadata_takes_no_other_values(science: Science, key: str, value: str) -> None:
    answer = refused(science.model, definedMetadataList=[{"key": key, "value": value}])

    assert answer == (400, "InvalidParameter", f"'{value}' is no value of {key}.")


def test_any_framework_version_is_possible(science: Science) -> None:
    model_id = science.model(definedMetadataList=[{"key": "FrameworkVersion", "value": "1.2.3"}])

    assert science.client.get_model(model_id).data.defined_metadata_list[0].value == "1.2.3"


def test_defined_metadata_has_no_category(science: Science) -> None:
    answer = refused(science.model, definedMetadataList=[{"key": "Framework", "category": "Other"}])

    assert answer == (400, "InvalidParameter", "The defined metadata 'Framework' has no category.")


def test_an_update_replaces_the_list_that_it_names(science: Science) -> None:
    model_id = science.model(customMetadataList=_custom(), definedMetadataList=[{"key": "Framework"}])

    model = science.client.update_model(model_id, {"customMetadataList": _custom(key="new")}).data

    assert [item.key for item in model.custom_metadata_list] == ["new"]
    assert [item.key for item in model.defined_metadata_list] == ["Framework"]


def test_metadata_is_checked_on_update_too(science: Science) -> None:
    answer = refused(science.client.update_model, science.model(), {"customMetadataList": _custom(value="v" * 256)})

    assert answer[0] == 400


def test_the_artifact_of_an_item_is_kept_replaced_and_deleted(science: Science) -> None:
    client = science.client
    model_id = science.model(customMetadataList=_custom())

    client.create_model_custom_metadatum_artifact(model_id, "k", b"one")
    client.update_model_custom_metadatum_artifact(model_id, "k", b"two")
    content = client.get_model_custom_metadatum_artifact_content(model_id, "k").data.content
    flagged = client.get_model(model_id).data.custom_metadata_list[0].has_artifact
    client.delete_model_custom_metadatum_artifact(model_id, "k")

    assert (content, flagged) == (b"two", True)
    assert client.get_model(model_id).data.custom_metadata_list[0].has_artifact is False
    assert refused(client.get_model_custom_metadatum_artifact_content, model_id, "k")[0] == 404


def test_the_artifact_of_a_defined_item_is_apart(science: Science) -> None:
    model_id = science.model(definedMetadataList=[{"key": "Framework"}], customMetadataList=_custom(key="Framework"))

    science.client.create_model_defined_metadatum_artifact(model_id, "Framework", b"content")

    head = science.client.head_model_defined_metadatum_artifact(model_id, "Framework")
    assert head.headers["content-length"] == "7"
    assert refused(science.client.head_model_custom_metadatum_artifact, model_id, "Framework")[0] == 404


def test_an_item_that_is_not_there_takes_no_artifact(science: Science) -> None:
    answer = refused(science.client.create_model_custom_metadatum_artifact, science.model(), "k", b"content")

    assert answer[:2] == (404, "NotAuthorizedOrNotFound")


def test_a_second_artifact_of_an_item_has_to_be_an_update(science: Science) -> None:
    model_id = science.model(customMetadataList=_custom())
    science.client.create_model_custom_metadatum_artifact(model_id, "k", b"one")

    answer = refused(science.client.create_model_custom_metadatum_artifact, model_id, "k", b"two")

    assert answer == (409, "Conflict", "The metadata 'k' has an artifact.")


def test_the_artifact_of_an_item_has_bytes_and_a_limit() -> None:
    with serving(behaviour=Behaviour(max_artifact_bytes=3)) as science:
        model_id = science.model(customMetadataList=_custom())

        empty = refused(science.client.create_model_custom_metadatum_artifact, model_id, "k", b"")
        large = refused(science.client.create_model_custom_metadatum_artifact, model_id, "k", b"four")

        assert empty == (400, "InvalidParameter", "The artifact is empty.")
        message = "The artifact has 4 bytes; at most 3 are possible."
        assert large == (413, "RequestEntityTooLarge", message)


def test_an_update_of_the_list_keeps_what_has_an_artifact(science: Science) -> None:
    model_id = science.model(customMetadataList=_custom())
    science.client.create_model_custom_metadatum_artifact(model_id, "k", b"one")

    model = science.client.update_model(model_id, {"customMetadataList": _custom(value="new")}).data

    assert (model.custom_metadata_list[0].value, model.custom_metadata_list[0].has_artifact) == ("new", True)
