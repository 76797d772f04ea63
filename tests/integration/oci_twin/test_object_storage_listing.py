"""Lists of objects."""

from __future__ import annotations

from typing import Any

import oci
import pytest
from oci_twin.twin import Twin

NAMES = ["a", "dir/1", "dir/2", "dir/sub/3", "other/4", "z"]


@pytest.fixture
def listed(twin: Twin, storage: Any) -> Any:
    for name in NAMES:
        storage.put_object(twin.namespace, twin.bucket, name, name.encode())
    return lambda **options: storage.list_objects(twin.namespace, twin.bucket, **options).data


def _names(answer: Any) -> list[str]:
    return [one.name for one in answer.objects]


def test_names_come_in_the_order_of_their_bytes(listed: Any) -> None:
    assert _names(listed()) == NAMES


def test_only_names_are_told_unless_more_is_asked_for(listed: Any) -> None:
    one = listed().objects[0]

    assert (one.name, one.size, one.etag, one.md5, one.time_created) == ("a", None, None, None, None)


def test_fields_are_told_when_they_are_asked_for(listed: Any) -> None:
    one = listed(fields="name,size,etag,md5,timeCreated,timeModified,storageTier").objects[1]

    assert (one.name, one.size, one.storage_tier) == ("dir/1", 5, "Standard")
    assert one.etag
    assert one.md5
    assert one.time_created
    assert one.time_modified


def test_a_field_that_there_is_not_is_refused(listed: Any) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        listed(fields="name,colour")

    assert refused.value.status == 400


def test_a_prefix_narrows(listed: Any) -> None:
    assert _names(listed(prefix="dir/")) == ["dir/1", "dir/2", "dir/sub/3"]


def test_a_delimiter_makes_folders(listed: Any) -> None:
    answer = listed(delimiter="/")

    assert (_names(answer), answer.prefixes) == (["a", "z"], ["dir/", "other/"])


def test_a_delimiter_makes_folders_below_a_prefix(listed: Any) -> None:
    answer = listed(delimiter="/", prefix="dir/")

    assert (_names(answer), answer.prefixes) == (["dir/1", "dir/2"], ["dir/sub/"])


def test_a_name_that_ends_like_a_folder_is_an_object_without_a_delimiter(twin: Twin, storage: Any, listed: Any) -> None:
    storage.put_object(twin.namespace, twin.bucket, "dir/", b"")

    assert _names(listed(prefix="dir/")) == ["dir/", "dir/1", "dir/2", "dir/sub/3"]
    assert _names(listed(prefix="dir/", delimiter="/")) == ["dir/", "dir/1", "dir/2"]
    assert listed(prefix="d", delimiter="/").prefixes == ["dir/"]


def test_start_is_included_and_end_and_start_after_are_not(listed: Any) -> None:
    assert _names(listed(start="dir/2", end="other/4")) == ["dir/2", "dir/sub/3"]
    assert _names(listed(start_after="dir/2", end="other/4")) == ["dir/sub/3"]


def test_pages_begin_where_the_one_before_says(listed: Any) -> None:
    first = listed(limit=4)
    second = listed(limit=4, start=first.next_start_with)

    assert first.next_start_with == "other/4"
    assert _names(first) + _names(second) == NAMES
    assert second.next_start_with is None


def test_a_page_counts_a_folder_once(listed: Any) -> None:
    first = listed(limit=2, delimiter="/")
    second = listed(limit=2, delimiter="/", start=first.next_start_with)

    assert (_names(first), first.prefixes) == (["a"], ["dir/"])
    assert (_names(second), second.prefixes) == (["z"], ["other/"])


def test_the_sdk_goes_through_all_pages(twin: Twin, storage: Any, listed: Any) -> None:
    found = oci.pagination.list_call_get_all_results(storage.list_objects, twin.namespace, twin.bucket, limit=2)

    assert _names(found.data) == NAMES


@pytest.mark.parametrize(("limit", "status"), [(0, 400), (1001, 412)])
def test_a_limit_is_from_1_to_1000(listed: Any, limit: int, status: int) -> None:
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        listed(limit=limit)

    assert refused.value.status == status
