"""The tests that every source of models has to pass."""
# ruff: noqa: S101 - contract classes are tests, whose names say the fact

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
import pytest

from oci_mlflow_core.errors import NoSuchModelError
from oci_mlflow_core.model.artifact import ModelOrigin
from oci_mlflow_core.model.registry_view import RegistryView
from oci_mlflow_core.ports.artifact_source import ArtifactSource
from oci_mlflow_core.testing.progress_sink import RecordingStep

#: An id as deploy services give them.
_DEPLOYMENT = "ocid1.datasciencemodeldeployment.oc1.iad.sample"


@attrs.frozen(kw_only=True)
class KnownModels:
    """What a test knows about the models that it put into the source under test, and its back doors to them.

    The model has ``MLmodel``, a ``requirements.txt`` that asks for the wheel ``code/sample-1.0-py3-none-any.whl``, that
    wheel and ``data/model.bin``.
    """

    #: A registered version.
    version: str
    #: An alias of that version.
    alias: str
    #: Makes the alias mean another version.
    move_alias: Callable[[], None]
    #: A model that is not registered.
    unregistered: str
    #: URIs of models, versions, aliases and paths that are not there.
    missing: tuple[str, ...]
    #: Files of the registered version by relative path.
    files: Mapping[str, bytes]
    #: Tags of the registered version, read without the source.
    tags: Callable[[], Mapping[str, str]]
    #: Where the registered version was made and is kept.
    origin: ModelOrigin


class ArtifactSourceContract:
    """Tests for an adapter: derive, and give the two fixtures. The numbers are those of `ArtifactSource`'s promises."""

    @pytest.fixture
    @abstractmethod
    def source(self) -> ArtifactSource:
        """The source under test."""

    @pytest.fixture
    @abstractmethod
    def known(self) -> KnownModels:
        """The models that are in it."""

    def test_1_version_is_pinned_to_itself(self, source: ArtifactSource, known: KnownModels) -> None:
        """The URI of a version means itself."""
        assert source.resolve(known.version).pinned_uri == known.version

    def test_1_alias_is_pinned_to_its_version(self, source: ArtifactSource, known: KnownModels) -> None:
        """An alias is replaced, and what the user wrote is kept."""
        version = source.resolve(known.alias)

        assert (version.uri, version.pinned_uri) == (known.alias, known.version)

    def test_1_alias_that_moves_leaves_a_resolved_version_alone(
        self, source: ArtifactSource, known: KnownModels, tmp_path: Path
    ) -> None:
        """What was resolved stays what it was."""
        version = source.resolve(known.alias)

        known.move_alias()

        source.fetch(version, tmp_path, RecordingStep("fetch"))
        assert _files_below(tmp_path) == dict(known.files)
        assert source.resolve(known.alias).pinned_uri != version.pinned_uri

    def test_2_facts_hold_the_environment_files(self, source: ArtifactSource, known: KnownModels) -> None:
        """Texts are those of the files."""
        facts = source.inspect(source.resolve(known.version))

        assert facts.environment_files["requirements.txt"] == known.files["requirements.txt"].decode()

    def test_2_facts_say_of_which_version_they_are(self, source: ArtifactSource, known: KnownModels) -> None:
        """They carry the version that was asked about."""
        version = source.resolve(known.alias)

        assert source.inspect(version).version == version

    def test_2_wheels_that_the_environment_needs_have_digests(self, source: ArtifactSource, known: KnownModels) -> None:
        """So that an environment can be looked up before the model is fetched."""
        facts = source.inspect(source.resolve(known.version))

        digests = {path: hashlib.sha256(known.files[path]).hexdigest() for path in facts.wheels}
        assert facts.wheels == ("code/sample-1.0-py3-none-any.whl",)
        assert facts.wheel_digests == digests

    def test_3_fetch_brings_all_files_unchanged(
        self, source: ArtifactSource, known: KnownModels, tmp_path: Path
    ) -> None:
        """No file more, no file less."""
        fetched = source.fetch(source.resolve(known.version), tmp_path, RecordingStep("fetch"))

        assert fetched.path == tmp_path
        assert _files_below(tmp_path) == dict(known.files)

    def test_3_fetch_brings_models_that_are_not_registered(
        self, source: ArtifactSource, known: KnownModels, tmp_path: Path
    ) -> None:
        """They are as good as the others."""
        source.fetch(source.resolve(known.unregistered), tmp_path, RecordingStep("fetch"))

        assert (tmp_path / "MLmodel").is_file()

    def test_4_what_is_not_there_is_an_error_that_names_the_uri(
        self, source: ArtifactSource, known: KnownModels
    ) -> None:
        """Each of the missing URIs, none forgotten."""
        for uri in known.missing:
            with pytest.raises(NoSuchModelError) as caught:
                source.resolve(uri)
            assert caught.value.model_uri == uri

    def test_5_link_sets_and_replaces_tags(self, source: ArtifactSource, known: KnownModels) -> None:
        """A second link changes the value and keeps the others."""
        version = source.resolve(known.version)
        source.link(version, {"serves": "a", "region": "local"})

        linked = source.link(version, {"serves": "b"})

        assert linked is True
        assert {"serves": "b", "region": "local"}.items() <= known.tags().items()

    def test_6_origin_is_what_is_known(self, source: ArtifactSource, known: KnownModels) -> None:
        """Wherever the model was made."""
        assert source.origin(source.resolve(known.version)) == known.origin

    def test_6_a_model_that_is_not_registered_has_no_page(self, source: ArtifactSource, known: KnownModels) -> None:
        """Nor a description, which only a registry keeps."""
        origin = source.origin(source.resolve(known.unregistered))

        assert (origin.registry_link, origin.description) == ("", "")

    def test_6_nothing_is_known_of_a_version_that_is_gone(self, source: ArtifactSource, known: KnownModels) -> None:
        """It was deleted after it was resolved."""
        version = source.resolve(known.version)
        gone = attrs.evolve(version, version="98", pinned_uri=f"models:/{version.name}/98", run_id=None, model_id=None)

        assert (source.tags(gone), source.origin(gone).artifact_location) == ({}, "")

    def test_6_tags_are_those_of_the_version(self, source: ArtifactSource, known: KnownModels) -> None:
        """As they were set."""
        version = source.resolve(known.version)

        source.link(version, {"serves": "a"})

        assert {"serves": "a"}.items() <= source.tags(version).items()

    def test_6_a_model_that_is_not_registered_has_no_tags(self, source: ArtifactSource, known: KnownModels) -> None:
        """There is nothing that could have them."""
        assert source.tags(source.resolve(known.unregistered)) == {}

    def test_7_a_deployment_serves_the_version_that_its_uri_pins(
        self, source: ArtifactSource, known: KnownModels
    ) -> None:
        """With the aliases that it has now."""
        view = source.served({_DEPLOYMENT: known.version})[_DEPLOYMENT]

        assert view == RegistryView(model_uri=known.version, aliases=(known.alias.rpartition("@")[2],))

    def test_7_an_alias_that_moved_is_no_longer_the_versions(self, source: ArtifactSource, known: KnownModels) -> None:
        """It is asked for each time."""
        known.move_alias()

        assert source.served({_DEPLOYMENT: known.version})[_DEPLOYMENT].aliases == ()

    @pytest.mark.parametrize("of_an_alias", [False, True])
    def test_7_a_deployment_without_a_pinned_uri_is_known_by_the_tags(
        self, source: ArtifactSource, known: KnownModels, *, of_an_alias: bool
    ) -> None:
        """An alias may have moved since it was deployed; the tags stay where they were written."""
        source.link(source.resolve(known.version), {"model-deployment-ocid": _DEPLOYMENT})
        known.move_alias()

        views = source.served({_DEPLOYMENT: known.alias if of_an_alias else ""})

        assert views[_DEPLOYMENT].model_uri == known.version

    def test_7_a_version_that_is_gone_is_said_to_be(self, source: ArtifactSource, known: KnownModels) -> None:
        """It still is what the deployment serves."""
        gone = known.version.rpartition("/")[0] + "/98"

        assert source.served({"ocid1.a": gone, "ocid1.b": known.version}) == {
            "ocid1.a": RegistryView(model_uri=gone, registered=False),
            "ocid1.b": source.served({"ocid1.b": known.version})["ocid1.b"],
        }

    def test_7_what_is_not_known_is_left_out(self, source: ArtifactSource, known: KnownModels) -> None:
        """Nobody wrote a tag, or the model was never registered."""
        assert source.served({"ocid1.a": "", "ocid1.b": known.unregistered, "ocid1.c": known.alias}) == {}

    def test_5_unlink_removes_tags_and_is_idempotent(self, source: ArtifactSource, known: KnownModels) -> None:
        """The second time changes nothing and does not fail."""
        version = source.resolve(known.version)
        source.link(version, {"serves": "a", "region": "local"})

        answers = [source.unlink(version, ("serves",)), source.unlink(version, ("serves",))]

        assert answers == [True, True]
        assert "serves" not in known.tags()
        assert known.tags()["region"] == "local"

    def test_5_models_that_are_not_registered_are_not_linked(self, source: ArtifactSource, known: KnownModels) -> None:
        """Both answer False."""
        version = source.resolve(known.unregistered)

        answers = [source.link(version, {"serves": "a"}), source.unlink(version, ("serves",))]

        assert answers == [False, False]


def _files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
