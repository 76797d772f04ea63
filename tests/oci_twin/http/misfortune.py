"""What a scripted fault does to a call, before and after its effect."""

from __future__ import annotations

from oci_twin.http.answer import Answer, answer_of, reset
from oci_twin.http.call import Call, Refusal, Reply
from oci_twin.http.corruption import corrupted_upload
from oci_twin.http.faults import Fault, Faults
from oci_twin.http.routing import Route


def refused(refusal: Refusal) -> Answer:
    """The answer that says no."""
    body = {"code": refusal.code, "message": refusal.message}
    return answer_of(Reply(refusal.status, json=body, headers=refusal.headers))


def spoils_upload(fault: Fault, route: Route, call: Call) -> bool:
    return fault.kind == "corrupt" and not route.body_signed and call.length > 0


def as_it_arrives(fault: Fault, route: Route, call: Call) -> Call:
    """The call with its body as it arrives."""
    return corrupted_upload(call) if spoils_upload(fault, route, call) else call


def instead_of_effect(fault: Fault, faults: Faults) -> Answer | None:
    """What is answered without any effect, if the fault is of that kind; may take its time."""
    if fault.kind == "reset_before":
        return reset()
    return None if fault.after_effect else _refused_or_delayed(fault, faults)


def instead_of_answer(fault: Fault, faults: Faults, given: Answer, *, upload_spoilt: bool) -> Answer:
    """What is answered in the place of what the effect's answer is; may take its time."""
    if fault.kind == "truncate":
        return given.ending_in("cut")
    if fault.kind == "corrupt" and not upload_spoilt:
        return given.corrupted()
    instead = _refused_or_delayed(fault, faults) if fault.after_effect else None
    if fault.kind == "reset_after":
        instead = reset()
    if instead is None:
        return given
    given.close()
    return instead


def _refused_or_delayed(fault: Fault, faults: Faults) -> Answer | None:
    if fault.kind == "status":
        return refused(Refusal(fault.status, fault.error_code, "A scripted fault.", fault.headers))
    if fault.kind == "delay" and not faults.delay(fault.seconds):
        return reset()
    return None
