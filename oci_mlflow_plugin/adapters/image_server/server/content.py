"""Which form a body has, by its route and content type."""

from __future__ import annotations

from oci_mlflow_plugin.adapters.image_server.server.answers import Answer, invalid

_FORMS = {"application/json": "json", "text/csv": "csv", "application/vnd.apache.parquet": "parquet"}


def form_of(content_type: str, *, is_lenient: bool) -> str | Answer:
    """``json``, ``csv`` or ``parquet``, or the answer 415.

    Args:
        content_type: As the client sent it; empty where it sent none.
        is_lenient: Whether all but CSV and Parquet is JSON, as in OCI's conda deployments, which look at no content
            type; otherwise the rules are those of MLflow's scoring server.
    """
    kind, *pairs = (part.strip() for part in content_type.split(";"))
    form = _FORMS.get(kind, "json" if is_lenient or not kind else "")
    if is_lenient and form == "json":
        return form
    parameters = {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
    if parameters.get("charset", "utf-8").lower() != "utf-8":
        return invalid("the only charset is UTF-8", status=415)
    others = sorted(set(parameters) - {"charset"})
    if others:
        return invalid(f"the content type has parameters that are not known: {', '.join(others)}", status=415)
    known = ", ".join(sorted(_FORMS))
    return form or invalid(f"the content type '{content_type}' is not known; known are {known}", status=415)
