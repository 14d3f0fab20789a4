"""Messages as telephone systems write them, and what they say of a call."""

from datetime import UTC, datetime
from typing import Any

import pytest

from channels.phone import State, Update, assemble
from channels.phone.post import Refused
from channels.phone.sip import from_ami, from_ari, from_freeswitch, from_sip

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

INVITE = """INVITE sip:+4930111111@pbx.example.com SIP/2.0\r
Via: SIP/2.0/UDP 192.0.2.4:5060;branch=z9hG4bK74bf9\r
From: "Ann \\"A\\" Miller" <sip:1042@pbx.example.com>;tag=9fxced76sl\r
To: <sip:+4930111111@pbx.example.com>\r
i: 3848276298220188511@192.0.2.4\r
CSeq: 1 INVITE\r
P-Asserted-Identity: <sip:+4930901820@carrier.example.com>,\r
 <tel:+4930901820>\r
Content-Length: 0\r
\r
"""


def answer(status: str, method: str = "INVITE") -> str:
    return (
        f"SIP/2.0 {status}\r\n"
        "From: <sip:1042@pbx.example.com>;tag=9fxced76sl\r\n"
        "To: <sip:+4930111111@pbx.example.com>;tag=8321234356\r\n"
        f"Call-ID: 3848276298220188511@192.0.2.4\r\nCSeq: 1 {method}\r\n\r\n"
    )


BYE = (
    answer("200 OK", "BYE")
    .replace("SIP/2.0 200 OK", "BYE sip:1042@192.0.2.4 SIP/2.0")
    .replace("CSeq: 1", "CSeq: 2")
)


@pytest.mark.parametrize(
    ("message", "state"),
    [
        (INVITE, State.RINGING),
        (INVITE.replace("\r\n", "\n"), State.RINGING),
        (answer("100 Trying"), None),
        (answer("180 Ringing"), State.RINGING),
        (answer("183 Session Progress"), State.RINGING),
        (answer("200 OK"), State.ANSWERED),
        (answer("200 OK", "REGISTER"), None),
        (answer("401 Unauthorized"), None),
        (answer("486 Busy Here"), State.ENDED),
        (BYE, State.ENDED),
        (INVITE.replace("INVITE", "CANCEL"), State.ENDED),
        (INVITE.replace("pbx.example.com>\r\ni:", "pbx.example.com>;tag=8\r\ni:"), None),
        (INVITE.replace("INVITE", "OPTIONS"), None),
    ],
)
def test_what_a_sip_message_says_of_a_call(message: str, state: State | None) -> None:
    update = from_sip(message, NOW)
    assert (update and update.state) == state
    assert update is None or update.call == "3848276298220188511@192.0.2.4"


def test_the_network_is_believed_rather_than_the_telephone() -> None:
    update = from_sip(INVITE, NOW)
    assert update is not None
    assert update.caller == "sip:+4930901820@carrier.example.com"
    assert update.callee == "sip:+4930111111@pbx.example.com"


def test_who_wants_to_stay_unknown_does() -> None:
    update = from_sip(INVITE.replace("Content-Length", "Privacy: id;critical\r\nX"), NOW)
    assert update is not None
    assert update.caller == ""


@pytest.mark.parametrize("message", ["", "GET / HTTP/1.1\r\n\r\n", "INVITE sip:a SIP/2.0\r\n\r\n"])
def test_what_is_no_sip_is_refused(message: str) -> None:
    with pytest.raises(Refused):
        from_sip(message, NOW)


def ami(event: str, **more: str) -> dict[str, str]:
    return {
        "Event": event,
        "Uniqueid": "1772442000.1",
        "Linkedid": "1772442000.1",
        "CallerIDNum": "030901820",
        "Exten": "100",
        "Language": "de",
    } | more


def states(updates: list[Update | None]) -> list[State | None]:
    return [update.state if update else None for update in updates]


def test_a_call_through_asterisks_manager() -> None:
    other = {"Uniqueid": "1772442000.2"}
    events = [
        ami("Newchannel"),
        ami("Newstate", ChannelStateDesc="Ring"),
        ami("DialBegin", DestUniqueid="1772442000.2", DestCallerIDNum="12"),
        ami("Newstate", ChannelStateDesc="Ringing", **other),
        ami("Newstate", ChannelStateDesc="Up", **other),
        ami("Newstate", ChannelStateDesc="Up"),
        ami("Hangup", **other),
        ami("Hangup"),
    ]
    updates = [from_ami(event, NOW) for event in events]
    ringing = State.RINGING
    told = [ringing, ringing, ringing, None, None, State.ANSWERED, None, State.ENDED]
    assert states(updates) == told
    call = assemble(filter(None, updates))
    assert (call.call, call.caller, call.agent) == ("1772442000.1", "030901820", "12")
    assert (call.callee, call.language, call.state) == ("100", "de", State.ENDED)


def ari(kind: str, state: str, number: str = "+4930901820") -> dict[str, Any]:
    return {
        "type": kind,
        "timestamp": "2026-03-02T10:00:00.000+0100",
        "channel": {
            "id": "1772442000.7",
            "state": state,
            "caller": {"name": "", "number": number},
            "dialplan": {"context": "desk", "exten": "100", "priority": 1},
            "language": "en",
        },
        "application": "firstline",
    }


def test_a_call_through_asterisks_rest_interface() -> None:
    updates = [
        from_ari(ari("StasisStart", "Ring"), NOW),
        from_ari(ari("ChannelStateChange", "Up"), NOW),
        from_ari(ari("ChannelDialplan", "Up"), NOW),
        from_ari(ari("ChannelDestroyed", "Up"), NOW),
        from_ari({"type": "StasisStart"}, NOW),
    ]
    assert states(updates) == [State.RINGING, State.ANSWERED, None, State.ENDED, None]
    assert updates[0] is not None
    assert updates[0].started == NOW


def test_asterisks_word_for_a_withheld_number() -> None:
    update = from_ari(ari("StasisStart", "Ring", "<unknown>"), NOW)
    assert update is not None
    assert update.caller == ""


def test_a_record_of_freeswitch() -> None:
    record: dict[str, Any] = {
        "variables": {
            "uuid": "3d1c7a04-2b0e",
            "direction": "inbound",
            "start_epoch": "1772442000",
            "answer_epoch": "0",
            "end_epoch": "1772442061",
            "hangup_cause": "NORMAL_CLEARING",
        },
        "callflow": [
            {
                "caller_profile": {
                    "caller_id_number": "%2B4930901820",
                    "destination_number": "100",
                }
            }
        ],
    }
    update = from_freeswitch(record)
    assert update is not None
    assert (update.caller, update.callee) == ("+4930901820", "100")
    assert update.started == NOW
    assert update.ended is not None
    assert (update.ended - NOW).total_seconds() == 61
    record["variables"]["direction"] = "outbound"
    assert from_freeswitch(record) is None
