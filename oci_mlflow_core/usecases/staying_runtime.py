"""How a deployment's new model is run where the file does not say: as the old one."""

from __future__ import annotations

import attrs

from oci_mlflow_core.errors import InvalidRequestError
from oci_mlflow_core.model.deployment import SCORE_TAG, Deployment
from oci_mlflow_core.model.pack import ObjectLocation
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.runtime import CondaRuntime, ContainerRuntime, PackBuild
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
    if runtime is None and container is not None:
        return attrs.evolve(loaded, spec=attrs.evolve(loaded.spec, runtime=container))
    if runtime is not None and not isinstance(runtime, CondaRuntime):
        return loaded
    given = runtime or CondaRuntime()
    _refuse_losing_score_code(loaded, given, deployment)
    if given.uri is None and "spec.runtime.spec.uri" not in loaded.resets and deployment.pack_uri:
        given = attrs.evolve(given, uri=_pack_as_now(ports, deployment.pack_uri))
    return attrs.evolve(loaded, spec=attrs.evolve(loaded.spec, runtime=given))


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
