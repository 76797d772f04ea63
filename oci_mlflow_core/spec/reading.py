"""Reads the deployment file."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oci_mlflow_core.errors import SpecError, Violation
from oci_mlflow_core.spec import kinds, limits
from oci_mlflow_core.spec.deployment import FILE, DeploymentSpec
from oci_mlflow_core.spec.findings import At, Findings
from oci_mlflow_core.spec.loaded import LoadedSpec
from oci_mlflow_core.spec.overrides import apply_overrides
from oci_mlflow_core.spec.remarks import remarks
from oci_mlflow_core.spec.sources import Sources
from oci_mlflow_core.spec.structuring import read_value

__all__ = ["LoadedSpec", "empty_spec", "read_spec"]


def read_spec(
    text: str,
    *,
    source: str,
    folder: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, object] | None = None,
) -> LoadedSpec:
    """Reads the text of a deployment file, with options over it.

    Args:
        text: The file, YAML 1.2.
        source: The file's name as the user wrote it, for messages.
        folder: What relative paths in the file, and in options, are relative to.
        environ: The variables for ``${NAME}`` and ``${NAME:-default}``.
        overrides: Values by their full dotted path from the root of the file, such as
            ``{"spec.infrastructure.spec.replica": "2"}``; text is typed by the field that it lands on.

    Raises:
        SpecError: Something is wrong with the file or the options; all of it is told at once.
    """
    from oci_mlflow_core.spec.document import parse_document  # noqa: PLC0415 - ruamel.yaml is slow to import

    document = parse_document(text, source)
    tree = copy.deepcopy(document.value)
    return _read(tree, Sources(document), folder, environ, overrides or {})


def empty_spec(overrides: Mapping[str, object] | None, environ: Mapping[str, str], folder: Path) -> LoadedSpec:
    """Reads options where there is no deployment file.

    Raises:
        SpecError: Something is wrong with the options.
    """
    return _read({"kind": FILE.kind}, Sources(None), folder, environ, overrides or {})


def _read(
    tree: Any,  # noqa: ANN401
    sources: Sources,
    folder: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, object],
) -> LoadedSpec:
    misplaced = apply_overrides(tree, overrides, sources) if isinstance(tree, dict) else []
    findings = Findings(sources=sources, environ=environ, folder=folder)
    spec = read_value(kinds.Section(FILE), tree, At(), findings)
    if spec is not None:
        _judge(spec, findings)
    violations = [*findings.violations, *misplaced]
    if violations:
        raise SpecError(tuple(sorted(violations, key=_in_order_of_the_file)))
    return LoadedSpec(
        spec=spec,
        notes=tuple(findings.notes),
        mentioned=frozenset(findings.mentioned),
        resets=frozenset(findings.resets),
        from_environment=dict(findings.from_environment),
        written=dict(findings.mentioned),
        sources=sources,
    )


def _judge(spec: DeploymentSpec, findings: Findings) -> None:
    """Adds what several values together break, and what they make useless."""
    told = limits.Told(spec=spec, mentioned=frozenset(findings.mentioned), quote=findings.quote)
    for broken in limits.complaints(told):
        findings.fault(_at(broken.path, findings), broken.message)
    for useless in remarks(told):
        findings.note(_at(useless.path, findings), useless.message)


def _at(path: str, findings: Findings) -> At:
    keys = tuple(path.split("."))
    return At(keys, findings.mentioned.get(path, keys))


def _in_order_of_the_file(violation: Violation) -> tuple[bool, int, int]:
    """The file's lines first, then options."""
    return violation.source.startswith("-C "), violation.line or 0, violation.column or 0
