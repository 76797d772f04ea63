"""How long calls for objects are tried."""

from __future__ import annotations

import attrs
import pytest

from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.testing.clock import ManualClock
from oci_mlflow_plugin.adapters.oci.object_storage.bucket import Bucket
from oci_mlflow_plugin.adapters.oci.session.clients import HELD_BACK

BUCKET = Bucket(
    client=None,
    namespace="ns",
    location=ObjectLocation.parse("oci://packs@ns/envs/fraud_v1"),
    clock=ManualClock(),
)


@pytest.mark.parametrize("bucket", [BUCKET, BUCKET.in_haste], ids=["usual", "in haste"])
def test_calls_are_tried_for_longer_than_a_client_holds_them_back(bucket: Bucket) -> None:
    shortest = attrs.evolve(bucket.patience, jitter=lambda: 0.0)

    waits = sum(shortest.wait_after(attempt, None) for attempt in range(1, shortest.attempts))

    assert HELD_BACK < waits < shortest.total
