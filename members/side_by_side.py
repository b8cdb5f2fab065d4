"""Two records beside each other, field by field, for the person who makes one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from members.models import Organisation, Segment
from members.names import compact_key, name_key
from members.roster.cells import other_names_as_text
from members.services.merging import BOTH, FIELDS, KEPT, LISTS, MERGED, default_choice, together

_IDENTIFIERS = ("vat", "pic", "oid", "national_id")


@dataclass(frozen=True)
class Choice:
    value: str
    shown: str
    is_chosen: bool


@dataclass(frozen=True)
class FieldRow:
    """A field with what both say. `choices` is empty where there is nothing to choose."""

    name: str
    label: str
    kept: str
    merged: str
    choices: list[Choice]
    error: str = ""


def shown(organisation: Organisation, name: str, value: Any = None) -> str:
    value = getattr(organisation, name) if value is None else value
    if not value:
        return ""
    if name == "other_names":
        return other_names_as_text(value)
    if name == "segments":
        return ", ".join(str(Segment(one).label) for one in value if one in Segment.values)
    if name == "size_class":
        return str(organisation.get_size_class_display())
    if name == "logo":
        return organisation.logo_alt or _("a picture")
    return ", ".join(value) if isinstance(value, list) else str(value)


def differing(kept: Organisation, merged: Organisation) -> list[str]:
    """The fields in which a person has a choice: both say something, and not the same; or one says something."""
    return [name for name in FIELDS if getattr(kept, name) != getattr(merged, name)]


def field_rows(
    kept: Organisation, merged: Organisation, chosen: dict[str, str], errors: dict[str, str]
) -> list[FieldRow]:
    rows, open_fields = [], set(differing(kept, merged))
    for name in FIELDS:
        mine, other = getattr(kept, name), getattr(merged, name)
        if not mine and not other:
            continue
        choices = []
        if name in open_fields:
            choice = chosen.get(name) or default_choice(name, mine, other)
            texts = {KEPT: shown(kept, name), MERGED: shown(merged, name)}
            if name in LISTS and mine and other:
                texts[BOTH] = shown(kept, name, together(mine, other))
            choices = [Choice(value, text, value == choice) for value, text in texts.items()]
        label = str(Organisation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        rows.append(FieldRow(name, label, shown(kept, name), shown(merged, name), choices, errors.get(name, "")))
    return rows


def contradictions(kept: Organisation, merged: Organisation) -> list[str]:
    """Numbers that one organisation cannot have twice: a sign that the two are not the same."""
    found = []
    for name in _IDENTIFIERS:
        mine, other = getattr(kept, name), getattr(merged, name)
        if mine and other and mine != other and (name != "national_id" or kept.country_id == merged.country_id):
            label = Organisation._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            found.append(f"{label}: {mine} / {other}")
    return found


def candidates(organisation: Organisation, text: str = "", limit: int = 20) -> list[Organisation]:
    """What may be the same: by name or e-mail domain; with a text, what the text finds by name or portal code."""
    others = Organisation.objects.exclude(pk=organisation.pk).select_related("country", "member_type")
    if text:
        by_code = Q(code__iexact=text.strip())
        found = others.filter(by_code | Q(pk__in=Organisation.objects.search(text).values("pk")))
        return list(found.order_by("name_key", "pk")[:limit])
    names = {name_key(name) for name in (organisation.short_name, *organisation.other_names.values()) if name}
    like_it = Q(name_key__in=names) | Q(pk__in=others.resembling(organisation.name_key, organisation.email_domain))
    if first_word := organisation.name_key.partition(" ")[0]:
        like_it |= Q(name_key__startswith=first_word, country=organisation.country_id)
    here = compact_key(organisation.legal_name)
    alike = others.filter(like_it).order_by("name_key", "pk")[: 5 * limit]
    return sorted(alike, key=lambda one: compact_key(one.legal_name) != here)[:limit]
