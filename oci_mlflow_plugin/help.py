"""What ``mlflow deployments help -t oci-datascience`` prints, made from the code that it is about.

MLflow calls `target_help` and prints what it returns. Only cheap modules are imported for it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from oci_mlflow_plugin.same_target import tell_once

_WIDTH = 100

_INTRODUCTION = """\
Deploys MLflow models to OCI Data Science, and runs the same deployment on this machine.

Targets (-t):
  oci-datascience://local            this machine: no cloud account, no docker, no conda
  oci-datascience                    OCI, profile and region from the environment and ~/.oci/config
  oci-datascience:/PROFILE           OCI, that profile of the OCI configuration file
  oci-datascience://REGION[/PROFILE] OCI, that region
Each may end in ?compartment-id=OCID&project-id=OCID.
"""

_COMMANDS = """\
Commands:
  mlflow deployments create    -t TARGET --name NAME -m MODEL_URI [-C deploy-config-file=deploy.yaml] [-C …]
  mlflow deployments update    -t TARGET --name NAME_OR_OCID [-m MODEL_URI] [-C deploy-config-file=deploy.yaml] [-C …]
  mlflow deployments get       -t TARGET --name NAME_OR_OCID
  mlflow deployments list      -t TARGET
  mlflow deployments predict   -t TARGET --name NAME_OR_OCID_OR_URL -I input.json
  mlflow deployments delete    -t TARGET --name NAME_OR_OCID
  mlflow deployments run-local -t oci-datascience --name NAME -m MODEL_URI     (until Ctrl-C)
MODEL_URI is any URI of MLflow: models:/name/1, models:/name@alias, models:/m-…, runs:/…/model, a folder.
"""

_CLOSING = """\
Any value of the deployment file can be given on the command line by its path from the root of the file:
  -C spec.infrastructure.spec.replica=2
'oci-mlflow doctor' looks whether a deployment to OCI finds what it needs, 'oci-mlflow activate', 'deactivate', 'logs'
and 'shapes' do what MLflow has no command for.
'oci-mlflow lock' chooses the packages of a model's environment, 'oci-mlflow packs' looks after the packs that this
machine keeps, and 'oci-mlflow builders' lists what builds environments.
'oci-mlflow init' writes a commented deployment file for a model, 'oci-mlflow validate' checks one,
'oci-mlflow predict' also reads CSV and Parquet, and 'oci-mlflow demo' shows all of it on this machine.
"""


def target_help() -> str:
    """The text of ``mlflow deployments help``: targets, commands and options."""
    tell_once()
    return "\n".join((_INTRODUCTION, _COMMANDS, *_option_lines(), "", _CLOSING))


def _option_lines() -> Iterator[str]:
    from oci_mlflow_plugin.options import options_of  # noqa: PLC0415 (MLflow imports this module for every command)

    verbs_by_option: dict[str, list[str]] = {}
    told: dict[str, tuple[str, object]] = {}
    for verb in ("create", "update", "delete", "run-local"):
        for name, doc, default in options_of(verb):
            verbs_by_option.setdefault(name, []).append(verb)
            told[name] = (doc, default)
    yield "Options (-C name=value):"
    for name, (doc, default) in told.items():
        text = f"{doc} [{', '.join(verbs_by_option[name])}{_default(default)}]"
        yield from textwrap.wrap(
            text, _WIDTH, initial_indent=f"  {name:<20} ", subsequent_indent=" " * 23, break_on_hyphens=False
        )


def _default(default: object) -> str:
    if default is None:
        return ""
    shown = str(default).lower() if isinstance(default, bool) else default
    return f"; default {shown:g}" if isinstance(shown, float) else f"; default {shown}"
