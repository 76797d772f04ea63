"""What ``doctor`` says of packs and of the bucket that they are kept in."""

from __future__ import annotations

from integration.local.rig import VERSION
from integration.oci.inspection.rig import Desk


def test_a_pack_that_is_published_is_named_with_its_python(desk: Desk) -> None:
    location = desk.publish()

    found = desk.findings(desk.conda(uri=str(location)))

    assert found["pack"] == ("passed", f"'rig_v1' with Python {VERSION}, 0 MB", "")


def test_a_pack_with_the_python_that_the_file_asks_for_is_in_order(desk: Desk) -> None:
    location = desk.publish()

    found = desk.findings(desk.conda(uri=str(location), pythonVersion=VERSION))

    assert found["pack"] == ("passed", f"'rig_v1' with Python {VERSION}, 0 MB", "")


def test_a_pack_with_another_python_than_the_file_asks_for_is_not(desk: Desk) -> None:
    location = desk.publish()

    found = desk.findings(desk.conda(uri=str(location), pythonVersion="3.9.15"))

    assert found["pack"] == (
        "failed",
        f"'rig_v1' with Python {VERSION}, 0 MB, but spec.runtime.spec.pythonVersion is 3.9.15",
        "Leave pythonVersion out; the pack says it.",
    )


def test_a_pack_of_others_that_says_no_python_needs_one_in_the_file(desk: Desk) -> None:
    uri = _strange_pack(desk)

    found = desk.findings(desk.conda(uri=uri))

    assert found["pack"] == (
        "failed",
        "'old_v1', 0 MB, does not say which Python it has",
        "Set spec.runtime.spec.pythonVersion.",
    )


def test_a_pack_of_others_has_the_python_that_the_file_says(desk: Desk) -> None:
    uri = _strange_pack(desk)

    found = desk.findings(desk.conda(uri=uri, pythonVersion="3.9"))

    assert found["pack"] == ("passed", "'old_v1' with Python 3.9, 0 MB", "")


def test_a_pack_that_is_not_there_is_told(desk: Desk) -> None:
    uri = f"oci://{desk.twin.bucket}@{desk.twin.namespace}/nothing"

    found = desk.findings(desk.conda(uri=uri))

    assert found["pack"] == (
        "failed",
        f"{uri}: no pack is published there",
        "Check the URI, or let the pack be built: replace it by a mapping with a destination.",
    )


def test_the_slug_of_a_service_pack_is_looked_up(desk: Desk) -> None:
    pack = desk.folder / "pack"
    pack.write_bytes(b"a pack")
    slug = "generalml_p311_v1"
    desk.twin.service_packs.add(pack, {"name": "General_ML", "version": "1.0", "slug": slug, "python": VERSION})

    found = desk.findings(desk.conda(uri=slug))

    assert found["pack"] == ("passed", f"'{slug}' with Python {VERSION}, 0 MB", "")
    assert found["bucket, reading"] == ("skipped", "the deployment file names no bucket", "")


def test_a_slug_that_the_service_does_not_have_is_told(desk: Desk) -> None:
    desk.twin.service_packs.publish_index('{"service_packs": []}')

    found = desk.findings(desk.conda(uri="generalml_p311_v1"))

    assert found["pack"] == (
        "failed",
        "generalml_p311_v1: no pack of the service has this slug",
        "The service lists no packs: give the oci:// URI of one, or a mapping with 'name' to build one.",
    )


def test_a_pack_that_is_built_is_not_there_yet(desk: Desk) -> None:
    destination = f"oci://{desk.twin.bucket}@{desk.twin.namespace}/conda-envs"

    found = desk.findings(desk.conda(uri={"name": "rig", "destination": destination}))

    assert found["pack"] == ("skipped", "the pack is built from the model's environment when it is deployed", "")


def test_a_container_needs_no_pack(desk: Desk) -> None:
    found = desk.findings(desk.container())

    assert found["pack"] == ("skipped", "a container brings its own environment", "")


def test_the_bucket_of_a_pack_that_is_built_is_read_and_written_to(desk: Desk) -> None:
    destination = f"oci://{desk.twin.bucket}@{desk.twin.namespace}/conda-envs"

    found = desk.findings(desk.conda(uri={"name": "rig", "destination": destination}))

    assert found["bucket, reading"] == ("passed", f"the bucket '{desk.twin.bucket}' can be read", "")
    assert found["bucket, writing"] == (
        "passed",
        f"the bucket '{desk.twin.bucket}' can be written to (asked by a write that cannot happen)",
        "",
    )
    assert [call for call in desk.twin.faults.calls if call[1] == "put_object"] == [
        ("object_storage", "put_object", 412)
    ]


def test_nothing_is_written_where_the_pack_is_published(desk: Desk) -> None:
    location = desk.publish()

    found = desk.findings(desk.conda(uri=str(location)))

    assert found["bucket, writing"] == ("skipped", "the pack is published already; nothing is written", "")


def test_a_bucket_that_is_not_there_comes_with_the_policies(desk: Desk) -> None:
    destination = f"oci://no-such-bucket@{desk.twin.namespace}/conda-envs"

    found = desk.findings(desk.conda(uri={"name": "rig", "destination": destination}))

    reading, writing = found["bucket, reading"], found["bucket, writing"]
    assert reading[0] == writing[0] == "failed"
    assert reading[1].startswith("could not list objects of the bucket 'no-such-bucket': OCI answered 404 ")
    assert reading[2] == (
        "allow group <group> to read buckets in compartment <compartment>\n"
        "allow group <group> to read objects in compartment <compartment> where target.bucket.name='<bucket>'"
    )
    assert writing[1].startswith("could not write to the bucket 'no-such-bucket': OCI answered 404 ")
    assert writing[2] == (
        "allow group <group> to manage objects in compartment <compartment> where target.bucket.name='<bucket>'"
    )


def _strange_pack(desk: Desk) -> str:
    """A pack that another tool put there, without a manifest."""
    import oci  # noqa: PLC0415 - here alone

    client = oci.object_storage.ObjectStorageClient(desk.twin.sdk_config(), service_endpoint=desk.twin.url)
    name = "conda-envs/old_v1"
    client.put_object(desk.twin.namespace, desk.twin.bucket, name, b"a pack")
    return f"oci://{desk.twin.bucket}@{desk.twin.namespace}/{name}"


def test_a_pack_with_the_python_of_the_model_is_in_order(desk: Desk) -> None:
    location = desk.publish()

    found = desk.findings(desk.conda(uri=str(location)), model_uri=_written_with(desk, VERSION))

    assert found["pack"] == ("passed", f"'rig_v1' with Python {VERSION}, 0 MB, as the model", "")


def test_a_pack_with_another_python_than_the_model_is_not(desk: Desk) -> None:
    location = desk.publish()

    found = desk.findings(desk.conda(uri=str(location)), model_uri=_written_with(desk, "3.8.20"))

    assert found["pack"] == (
        "failed",
        f"'rig_v1' with Python {VERSION}, 0 MB, but the model was written with Python 3.8.20",
        "Name a pack with Python 3.8, or let one be built: replace uri by a mapping with a destination.",
    )


def test_another_python_than_the_models_is_noted_where_the_file_asks_for_it(desk: Desk) -> None:
    location = desk.publish()
    file = desk.conda(uri=str(location), pythonVersion=VERSION)

    outcome, told, remedy = desk.findings(file, model_uri=_written_with(desk, "3.8.20"))["pack"]

    assert (outcome, remedy) == ("noted", "")
    assert told == (
        f"'rig_v1' with Python {VERSION}, 0 MB, but the model was written with Python 3.8.20; "
        "pythonVersion says that this is meant"
    )


def _written_with(desk: Desk, python: str) -> str:
    """A model's folder whose MLmodel names the Python that wrote it."""
    folder = desk.folder / "model"
    folder.mkdir()
    flavor = f"    loader_module: mlflow.sklearn\n    python_version: {python}\n"
    (folder / "MLmodel").write_text(f"flavors:\n  python_function:\n{flavor}")
    return str(folder)
