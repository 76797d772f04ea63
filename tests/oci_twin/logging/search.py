"""The search of lines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attrs import frozen

from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.paging import paged
from oci_twin.http.routing import Routes
from oci_twin.logging.catalogue import GROUP, LOG
from oci_twin.logging.lines import Logs
from oci_twin.logging.query import Query, parsed
from oci_twin.state import State

_SERVICE = "loggingsearch"
# as the service says of one search
_LONGEST = timedelta(days=14)


@frozen
class LogSearch:
    """Finds lines by log, time and what is said of them."""

    state: State
    logs: Logs

    def routes(self) -> Routes:
        routes = Routes()
        routes.add("POST", "/20190909/search", self.search_logs, service=_SERVICE, operation="search_logs")
        return routes

    def search_logs(self, call: Call) -> Reply:
        details = call.fields()
        start, end = _moment(details, "timeStart"), _moment(details, "timeEnd")
        if not timedelta() <= end - start <= _LONGEST:
            raise Refusal(400, "InvalidParameter", "timeEnd is at most 14 days after timeStart.")
        query = parsed(details.get("searchQuery") or "")
        wanted = {log["id"]: log for log in self._logs(query)}
        lines = self.logs.lines(*wanted) if wanted else []
        entries = [_entry(line, wanted[line["logId"]]) for line in lines if start <= _when(line) < end]
        return _page(call, _chosen(query, entries))

    def _logs(self, query: Query) -> list[dict[str, Any]]:
        return [log for stream in query.streams for log in self._stream(stream)]

    def _stream(self, stream: tuple[str, ...]) -> list[dict[str, Any]]:
        compartment, group, log = (*stream, "", "")[:3]
        groups = {one["id"] for one in self.state.all(GROUP) if not group or group in (one["id"], one["displayName"])}
        found = [
            one
            for one in self.state.all(LOG)
            if one["compartmentId"] == compartment
            and one["logGroupId"] in groups
            and (not log or log in (one["id"], one["displayName"]))
        ]
        if not found:
            raise Refusal(404, "NotAuthorizedOrNotFound", f"Authorization failed or no such log: {'/'.join(stream)}")
        return found


def _page(call: Call, entries: list[dict[str, Any]]) -> Reply:
    page = paged(call, entries, default=100, maximum=1000)
    results = [{"data": entry} for entry in _items(page)]
    summary = {"resultCount": len(results), "fieldCount": 0}
    return Reply(json={"results": results, "fields": [], "summary": summary}, headers=page.headers)


def _items(page: Reply) -> list[dict[str, Any]]:
    return list(page.json) if isinstance(page.json, list) else []


def _chosen(query: Query, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    conditions = query.conditions
    kept = [one for one in entries if all(each.holds(_value(one, each.field)) for each in conditions)]
    kept.sort(key=lambda entry: entry["datetime"], reverse=query.newest_first)
    return kept[: query.limit]


def _entry(line: dict[str, Any], log: dict[str, Any]) -> dict[str, Any]:
    oracle = {"compartmentid": log["compartmentId"], "loggroupid": log["logGroupId"], "logid": log["id"]}
    content = {
        "id": line["id"],
        "time": line["when"],
        "source": line["source"],
        "subject": line["source"],
        "specversion": "1.0",
        "type": f"com.oraclecloud.datascience.modeldeployment.{line['category']}",
        "data": {"message": line["message"]},
        "oracle": oracle,
    }
    return {"datetime": int(_when(line).timestamp() * 1000), "logContent": content}


def _value(entry: dict[str, Any], name: str) -> str:
    value: Any = entry if name in entry else entry["logContent"]
    for part in name.removeprefix("logContent.").split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return str(value)


def _when(line: dict[str, Any]) -> datetime:
    return _parsed_moment(line["when"])


def _moment(details: dict[str, Any], name: str) -> datetime:
    try:
        moment = _parsed_moment(details[name])
        # lines are kept to the millisecond
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refusal(400, "InvalidParameter", f"{name} is a moment as RFC 3339 writes it.") from None


def _parsed_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
