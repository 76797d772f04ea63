"""Whether a file can serve as ``score.py``, found out by reading it and never by running it."""

from __future__ import annotations

import ast
import platform
from pathlib import Path

from oci_mlflow_core.errors import ArtifactError

_HINT = (
    "A score.py needs 'def load_model()', which returns the model, and 'def predict(data, model=load_model())', "
    "which answers one request; further parameters need defaults."
)


def check_score_code(path: Path) -> bytes:
    """The content of a user's scoring file, once it is known to define what the service calls.

    Source: OCI documentation, "Model artifact: score.py": the names of both functions and of `predict`'s parameters
    ``data`` and ``model`` are fixed.

    Raises:
        ArtifactError: It cannot be read, is not Python, or lacks one of them; told with file and line.
    """
    content = _content(path)
    hint = f"Correct the file that scoreCode names; it was read with Python {platform.python_version()}."
    try:
        tree = ast.parse(content, filename=str(path))
    except SyntaxError as fault:
        place = f"{path}:{fault.lineno or 1}:{fault.offset or 1}"
        raise ArtifactError(place, f"not valid Python: {fault.msg}", hint) from fault
    except ValueError as fault:
        raise ArtifactError(str(path), f"not valid Python: {fault}", hint) from fault
    _check_load_model(path, tree)
    _check_predict(path, tree)
    return content


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        reason = f"the file that scoreCode names cannot be read: {fault.strerror}"
        raise ArtifactError(str(path), reason, "Its path is taken relative to the deployment file.") from fault


def _check_load_model(path: Path, tree: ast.Module) -> None:
    found = _bound(tree, "load_model")
    if found is None:
        raise _missing(path, 1, "'load_model' is not defined")
    if isinstance(found, ast.FunctionDef) and (needed := _without_default(found)):
        raise _missing(path, found.lineno, f"'load_model' is called without arguments, and needs '{needed[0]}'")
    if isinstance(found, ast.AsyncFunctionDef):
        raise _missing(path, found.lineno, "'load_model' is asynchronous, which the service does not await")


def _check_predict(path: Path, tree: ast.Module) -> None:
    found = _bound(tree, "predict")
    if found is None:
        raise _missing(path, 1, "'predict' is not defined")
    if isinstance(found, ast.AsyncFunctionDef):
        raise _missing(path, found.lineno, "'predict' is asynchronous, which the service does not await")
    if not isinstance(found, ast.FunctionDef):
        return
    names = [argument.arg for argument in (*found.args.args, *found.args.kwonlyargs)]
    for name in ("data", "model"):
        if name not in names:
            raise _missing(path, found.lineno, f"'predict' has no parameter '{name}'")
    if needed := [name for name in _without_default(found) if name != "data"]:
        raise _missing(path, found.lineno, f"the parameter '{needed[0]}' of 'predict' has no default")


def _bound(tree: ast.Module, name: str) -> ast.stmt | None:
    """The last top-level statement that gives the name a meaning: a function, an import or an assignment."""
    return next((found for found in reversed(list(_statements(tree.body))) if {name, "*"} & _names(found)), None)


def _statements(body: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for statement in body:
        found.append(statement)
        if isinstance(statement, ast.If | ast.Try | ast.With):
            found += _statements(_inner(statement))
    return found


def _inner(statement: ast.If | ast.Try | ast.With) -> list[ast.stmt]:
    inner = list(statement.body)
    if isinstance(statement, ast.If | ast.Try):
        inner += statement.orelse
    if isinstance(statement, ast.Try):
        inner += [line for handler in statement.handlers for line in handler.body] + statement.finalbody
    return inner


def _names(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in statement.names}
    if isinstance(statement, ast.Assign):
        return {node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return {statement.target.id}
    return set()


def _without_default(function: ast.FunctionDef) -> list[str]:
    positional = [*function.args.posonlyargs, *function.args.args]
    needed = positional[: len(positional) - len(function.args.defaults)]
    keywords = [
        argument
        for argument, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if default is None
    ]
    return [argument.arg for argument in (*needed, *keywords)]


def _missing(path: Path, line: int, reason: str) -> ArtifactError:
    return ArtifactError(f"{path}:{line}", reason, _HINT)
