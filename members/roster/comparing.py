"""What a row says and the record does not, and which of both holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from members.models import Segment
from members.names import compact_key
from members.roster.cells import clean_aliases, other_names_as_text
from members.roster.fields import COLUMNS
from members.roster.normalise import Normaliser

# What a person chooses per field when a row and what it resembles become one record.
FILE, OTHER, BOTH = "file", "other", "both"
LISTS = frozenset({"other_names", "aliases", "nace", "segments"})  # these can be put together

ATTRIBUTES = {"country": "country_id", "member_type": "member_type_id", "region": "region_id"}
FIELD_OF = {attribute: name for name, attribute in ATTRIBUTES.items()}
COMPARED = tuple(ATTRIBUTES.get(name, name) for name in COLUMNS if name != "code")


def attribute_of(name: str) -> str:
    return ATTRIBUTES.get(name, name)


def field_of(attribute: str) -> str:
    return FIELD_OF.get(attribute, attribute)


def changed(
    values: Mapping[str, Any], old: Mapping[str, Any], *, learn: bool = False, choices: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """{attribute: new value}. An empty cell says nothing. A name that differs only in case, accents, punctuation,
    spacing or legal form keeps the spelling on record, and so does a name that is known as another one of it. A
    spelling that a person has decided to mean the record is learnt (`learn`). Where a person has chosen, that holds;
    of two names the one that is not taken is kept as another spelling."""
    choices = choices or {}
    found: dict[str, Any] = {}
    aliases = _aliases(values.get("aliases", ()), old["aliases"], choices.get("aliases", ""))
    for attribute, value in values.items():
        choice = choices.get(field_of(attribute), "")
        if attribute in {"code", "aliases"} or attribute not in old or value == old[attribute]:
            continue
        if attribute == "legal_name":
            taken, spelling = _name(value, old, choice or (OTHER if learn else ""))
            found |= {"legal_name": value} if taken else {}
            aliases += [spelling] if spelling and spelling not in aliases else []
        elif choice == OTHER:
            continue
        elif attribute in LISTS and choice != FILE:
            if (merged := _together(attribute, value, old[attribute], choice)) != old[attribute]:
                found[attribute] = merged
        elif choice == FILE or not _says_the_same(attribute, value, old[attribute]):
            found[attribute] = value
    if aliases != old["aliases"]:
        found["aliases"] = aliases
    return found


def _name(value: str, old: Mapping[str, Any], choice: str) -> tuple[bool, str]:
    """(whether the name of the row is taken, the spelling to keep beside it)."""
    known = set(map(compact_key, [old["legal_name"], *old["other_names"].values(), *old["aliases"]]))
    if choice == FILE:
        return True, "" if compact_key(value) == compact_key(old["legal_name"]) else old["legal_name"]
    if compact_key(value) in known:
        return False, ""
    return (False, value) if choice else (True, "")


def _aliases(file: Any, record: list[str], choice: str) -> list[str]:
    if choice == OTHER:
        return list(record)
    if choice == FILE:
        return list(dict.fromkeys(file))
    pieces = {piece for alias in record for piece in clean_aliases(alias)}  # one with a semicolon comes back in pieces
    return list(dict.fromkeys([*record, *(one for one in file if one not in pieces)]))


def _together(attribute: str, value: Any, old: Any, choice: str) -> Any:
    if attribute == "other_names":
        return {**old, **value}
    if choice == BOTH:
        both = {*old, *value}
        return sorted(both, key=Segment.values.index) if attribute == "segments" else sorted(both)
    return old if set(value) == set(old) else value


def _says_the_same(attribute: str, value: Any, old: Any) -> bool:
    if attribute == "short_name":
        return compact_key(value) == compact_key(old)
    if attribute in {"address", "description"}:
        return bool(value.split() == old.split())
    return attribute == "website" and _bare(value) == _bare(old)


def _bare(address: str) -> str:
    """http or https, with www or without, with a slash at the end or not: the same site."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/").lower()


def clash(first: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """The attributes of which two rows about one organisation say different things."""
    found = []
    for attribute, value in values.items():
        known = first.get(attribute, value)
        if attribute == "legal_name":
            known, value = compact_key(known), compact_key(value)
        if known != value and attribute not in {"other_names", "aliases"}:
            found.append(attribute)
    return found


def blank() -> dict[str, Any]:
    """A record that says nothing yet."""
    return {name: {} if name == "other_names" else [] if name in LISTS else "" for name in COMPARED}


def complete(first: dict[str, Any], values: Mapping[str, Any], choices: Mapping[str, str]) -> None:
    """Let a later row about the same organisation fill what the first leaves open, or as a person has chosen."""
    if not choices:
        for attribute, value in values.items():
            first.setdefault(attribute, value)
        return
    blank = {
        attribute: ({} if attribute == "other_names" else [] if attribute in LISTS else "") for attribute in COMPARED
    }
    first |= changed(values, {**blank, **first}, learn=True, choices=choices)


def shown(normaliser: Normaliser, attribute: str, value: Any) -> str:
    """A value as people read it."""
    if value in (None, "", [], {}):
        return ""
    if attribute == "country_id":
        return str(normaliser.countries.by_code[value])
    if attribute == "member_type_id":
        return next(kind.name for kind in normaliser.types.values() if kind.pk == value)
    if attribute == "region_id":
        return str(normaliser.region_by_id[value])
    if attribute == "other_names":
        return other_names_as_text(value)
    return ", ".join(value) if isinstance(value, list) else str(value)


def told(normaliser: Normaliser, new: Mapping[str, Any], old: Mapping[str, Any]) -> list[dict[str, str]]:
    """[{field, old, new}] of what `changed` found."""
    return [
        {
            "field": field_of(attribute),
            "old": shown(normaliser, attribute, old[attribute]),
            "new": shown(normaliser, attribute, value),
        }
        for attribute, value in new.items()
    ]
