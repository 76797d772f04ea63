"""How a deployment's new model is run where the file does not say: as the old one."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import SCORE_TAG, Deployment
from oci_mlflow_core.model.image import BASE_DIGEST_LABEL, BASE_LABEL, ImagePlatform, ImageReference
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, ImageBuild, PackBuild
from oci_mlflow_core.usecases.ports import Ports

#: ``<cpu|gpu>/<name>/<version>/<slug>`` below the destination.
_PARTS_BELOW_DESTINATION = 4
_SCORE_PATH = "spec.runtime.spec.scoreCode"


def staying_runtime(
    ports: Ports, loaded: LoadedSpec, deployment: Deployment, container: ContainerRuntime | None
) -> LoadedSpec:
    """The specification with the container or the pack that the deployment has now, where the file names none.

    Raises:
        InvalidRequestError: The deployment has a score.py of the user's own, and the file does not name it.
    """
    runtime = loaded.spec.runtime
    if isinstance(runtime, ContainerRuntime) or (runtime is None and container is not None):
        staying = _staying_container(ports, loaded, deployment, container)
        return attrs.evolve(loaded, spec=attrs.evolve(loaded.spec, runtime=staying))
    given = runtime or CondaRuntime()
    _refuse_losing_score_code(loaded, given, deployment)
    if given.uri is None and "spec.runtime.spec.uri" not in loaded.resets and deployment.pack_uri:
        given = attrs.evolve(given, uri=_pack_as_now(ports, deployment.pack_uri))
    return attrs.evolve(loaded, spec=attrs.evolve(loaded.spec, runtime=given))


def _staying_container(
    ports: Ports, loaded: LoadedSpec, deployment: Deployment, container: ContainerRuntime | None
) -> ContainerRuntime:
    """An image that was made is made again where the environment changed; any other is used as it is."""
    runtime = loaded.spec.runtime
    given = runtime if isinstance(runtime, ContainerRuntime) else ContainerRuntime()
    if container is None:
        return given
    ports_as_now = {
        name: getattr(given, name) or getattr(container, name) for name in ("server_port", "health_check_port")
    }
    given = attrs.evolve(given, **ports_as_now)
    if given.image is not None or "spec.runtime.spec.image" in loaded.resets:
        return given
    if deployment.image and deployment.image == container.image:
        return attrs.evolve(given, image=_image_as_now(ports, deployment.image, container.image_digest or ""))
    return attrs.evolve(
        given,
        image=container.image,
        image_digest=given.image_digest or container.image_digest,
        cmd=given.cmd or container.cmd,
        entrypoint=given.entrypoint or container.entrypoint,
    )


def _image_as_now(ports: Ports, text: str, digest: str) -> ImageBuild:
    """How the image that is served was made: its labels name the base."""
    image = ImageReference.parse(text)
    name, _, _ = image.tag.rpartition("-")
    # nothing but the base decides about the platform that it was made for
    platform = (
        ImagePlatform.of(ports.platform) if ports.platform.value.startswith("linux") else ImagePlatform.LINUX_AMD64
    )
    facts = ports.images.registry.inspect(image.pinned(digest), platform) if ports.images else None
    labels = facts.labels if facts else {}
    base = (
        f"{labels[BASE_LABEL]}@{labels[BASE_DIGEST_LABEL]}"
        if labels.keys() >= {BASE_LABEL, BASE_DIGEST_LABEL}
        else None
    )
    return ImageBuild(destination=image.place, name=name or None, base=base)


def _refuse_losing_score_code(loaded: LoadedSpec, given: CondaRuntime, deployment: Deployment) -> None:
    own = deployment.freeform_tags.get(SCORE_TAG)
    if own and given.score_code is None and _SCORE_PATH not in loaded.resets:
        raise InvalidRequestError(
            f"deployment '{deployment.name}' answers with a score.py of your own ({own}), "
            "and the new model's artifact needs it too",
            f"Name the file again with {_SCORE_PATH}, or set that to null to use the plugin's score.py.",
        )


def _pack_as_now(ports: Ports, uri: str) -> PackBuild | str:
    """A pack that this plugin built is built again where the environment changed; any other is used as it is."""
    location = ObjectLocation.parse(uri)
    stored = ports.packs.find(location)
    if stored is None or stored.manifest.lock_digest is None:
        return uri
    destination = "/".join(location.path.split("/")[:-_PARTS_BELOW_DESTINATION])
    return PackBuild(
        name=stored.manifest.name,
        destination=str(attrs.evolve(location, path=destination)),
        # where it was for none, the shape decides, which may be another now
        gpu=stored.manifest.arch_type == "GPU" or None,
    )
