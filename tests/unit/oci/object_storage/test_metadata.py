"""What the metadata of a pack's object say."""

from __future__ import annotations

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_mlflow_core.errors import PackStoreError
from oci_mlflow_core.model.pack import ObjectLocation, PackManifest, StoredPack
from oci_mlflow_plugin.adapters.oci.object_storage.metadata import (
    MOST_MANIFEST,
    PackObject,
    fitting,
    object_metadata,
)

LOCATION = ObjectLocation.parse("oci://packs@ns/envs/fraud_v1")
MANIFEST = PackManifest(name="fraud", version="1", slug="fraud_v1", python="3.11.7", lock_digest=64 * "b")


def test_what_is_written_is_read() -> None:
    metadata = object_metadata(MANIFEST, 64 * "a", "0123456789abcdef")
    headers = {f"opc-meta-{name}": text for name, text in metadata.items()}

    there = PackObject(location=LOCATION, headers={**headers, "content-length": "7", "etag": "e"})

    assert there.stored == StoredPack(location=LOCATION, manifest=MANIFEST, size=7, sha256=64 * "a")
    assert there.publication == "0123456789abcdef"


def test_all_of_it_is_ascii_of_one_line() -> None:
    manifest = attrs.evolve(MANIFEST, description="öäü\n“quoted”")

    texts = object_metadata(manifest, 64 * "a", "0123456789abcdef").values()

    assert all(text.isascii() and text.isprintable() for text in texts)


def test_the_manifest_is_under_the_key_that_notebooks_read() -> None:
    metadata = object_metadata(MANIFEST, 64 * "a", "0123456789abcdef")

    assert json.loads(metadata["manifest"])["slug"] == "fraud_v1"


@given(st.text(max_size=3000))
def test_a_description_is_cut_no_more_than_needed(description: str) -> None:
    manifest = attrs.evolve(MANIFEST, description=description)

    cut = fitting(LOCATION, manifest)

    size = len(cut.to_json())
    assert size <= MOST_MANIFEST
    assert description.startswith(cut.description)
    assert cut == manifest or size > MOST_MANIFEST - 13


def test_a_manifest_that_is_too_large_without_description_is_told() -> None:
    with pytest.raises(PackStoreError) as raised:
        fitting(LOCATION, attrs.evolve(MANIFEST, name="f" * 5000))

    excess = len(attrs.evolve(MANIFEST, name="f" * 5000).to_json()) - MOST_MANIFEST
    assert str(raised.value) == (
        f"{LOCATION}: the pack's manifest has {excess} bytes more "
        f"than the {MOST_MANIFEST} that an object's metadata holds"
    )
