"""An invitation (iCalendar, RFC 5545) as a few lines that a person can read."""

import re
from datetime import datetime
from typing import Final

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_LINE: Final = re.compile(r"([A-Za-z-]+)((?:;[^:\"\n]*(?:\"[^\"\n]*\")?)*):(.*)")
_ESCAPE: Final = re.compile(r"\\([\\;,nN])")
_SHOWN: Final = (
    ("SUMMARY", ""),
    ("DTSTART", "Start"),
    ("DTEND", "End"),
    ("LOCATION", "Location"),
    ("ORGANIZER", "Organizer"),
)


def readable(calendar: str) -> str:
    """What, when, where and by whom; "" when there is no event in it."""
    event: dict[str, str] = {}
    inside = False
    for line in _FOLD.sub("", calendar).splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3].strip()
        if name in ("BEGIN", "END") and value.upper() in ("VEVENT", "VTODO", "VFREEBUSY"):
            if name == "END":
                break
            inside = True
        elif inside and name not in event and not (name == "DESCRIPTION" and event.get("ALARM")):
            event[name] = _value(name, parameters, value)
        if name == "BEGIN" and value.upper() == "VALARM":
            event["ALARM"] = "yes"
    lines = [
        f"{label}: {event[name]}" if label else event[name]
        for name, label in _SHOWN
        if event.get(name)
    ]
    if description := event.get("DESCRIPTION", "").strip():
        lines += ["", description]
    return "\n".join(lines)


def _value(name: str, parameters: str, value: str) -> str:
    if name.startswith("DT"):
        return _moment(value, parameters)
    if name == "ORGANIZER":
        address = re.sub(r"^mailto:", "", value, flags=re.I)
        shown = re.search(r"CN=\"?([^\";:]+)", parameters, re.I)
        return f"{shown[1]} <{address}>" if shown else address
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def _moment(value: str, parameters: str) -> str:
    zone = re.search(r"TZID=\"?([^\";:]+)", parameters, re.I)
    for form, shown in (("%Y%m%dT%H%M%S", "%Y-%m-%d %H:%M"), ("%Y%m%d", "%Y-%m-%d")):
        try:
            moment = datetime.strptime(value.rstrip("Zz"), form)
        except ValueError:
            continue
        after = " UTC" if value[-1:] in "Zz" else f" ({zone[1]})" if zone else ""
        return moment.strftime(shown) + after
    return value
