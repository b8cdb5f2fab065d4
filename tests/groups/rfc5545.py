"""A second, strict reader of calendars, from the text of RFC 5545: what it takes, any calendar program takes."""

from __future__ import annotations

import re
from collections import Counter

_LINE = re.compile(
    r"""(?P<name>[A-Za-z0-9-]+)
    (?P<parameters>(?:;[A-Za-z0-9-]+=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)
    (?:,(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*))*)*)
    :(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)""",
    re.VERBOSE,
)  # 3.1
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")  # 3.3.11
_MOMENT = re.compile(r"(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])[0-5]\d([0-5]\d|60)Z")  # 3.3.5
_VALUES = {
    **dict.fromkeys(("SUMMARY", "DESCRIPTION", "LOCATION", "UID", "PRODID", "X-WR-CALNAME"), _TEXT),
    **dict.fromkeys(("DTSTAMP", "DTSTART", "DTEND", "CREATED", "LAST-MODIFIED"), _MOMENT),
    "SEQUENCE": re.compile(r"\d+"),
    "STATUS": re.compile("TENTATIVE|CONFIRMED|CANCELLED"),
    "URL": re.compile(r"https?://\S+"),
    "VERSION": re.compile(r"2\.0"),
}
_ONCE = {"VCALENDAR": {"PRODID", "VERSION"}, "VEVENT": {"UID", "DTSTAMP", "DTSTART"}}  # required, 3.6 and 3.6.1


def events_in(raw: bytes) -> list[dict[str, str]]:
    """The events of one calendar by property. Raises AssertionError at the first thing that the standard forbids."""
    assert raw.endswith(b"\r\n"), "every line ends in CRLF"
    lines = raw.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in lines), "a line is folded at 75 octets"
    whole: list[bytes] = []
    for line in lines:
        if line.startswith((b" ", b"\t")):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    path: list[tuple[str, dict[str, str]]] = []
    found, uids = [], Counter()
    for line in whole:
        match = _LINE.fullmatch(line.decode("utf-8"))
        assert match, f"no content line: {line!r}"
        name, value = match["name"].upper(), match["value"]
        if name == "BEGIN":
            assert value == ("VCALENDAR", "VEVENT", "")[len(path)], f"{value} stands in {path}"
            path.append((value, {}))
        elif name == "END":
            kind, said = path.pop()
            assert kind == value, f"{value} ends {kind}"
            assert said.keys() >= _ONCE[kind], f"{kind} lacks {_ONCE[kind] - said.keys()}"
            if kind == "VEVENT":
                assert said.get("DTEND", "9") > said["DTSTART"], "it ends before it begins"
                uids[said["UID"]] += 1
                found.append(said)
        else:
            kind, said = path[-1]
            assert name not in said, f"{name} stands twice"
            assert _VALUES[name].fullmatch(value), f"{name}: {value!r}"
            said[name] = value
    assert not path, "every BEGIN has its END"
    assert set(uids.values()) <= {1}, "one event for each meeting"
    return found
