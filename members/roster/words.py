"""Countries and member types that a file names in words that the portal does not know: asked once, then known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from core import events, permissions
from core.imports import steps
from core.imports.models import Import
from core.imports.reading import source_rows
from core.models import Country, CountryAlias, MemberType, MemberTypeAlias
from core.text import fold
from core.workflow import InvalidTransition, act
from members.models import User
from members.roster.fields import LABELS
from members.roster.normalise import Normaliser

AT_MOST = 100  # words asked for at once: who has more has mapped the wrong column
_LONGEST = 120
_STATES = frozenset({Import.Status.MAPPED, Import.Status.CHECKED, Import.Status.FAILED})


@dataclass(frozen=True)
class Word:
    """One unknown spelling in the file: the field, the text as it first stands there, the rows, and what is near."""

    field: str
    text: str
    rows: int
    hint: str

    @property
    def key(self) -> str:
        return fold(self.text)


def unknown_words(batch: Import) -> list[Word]:
    """The most frequent first. Spellings that differ in case or accents are one."""
    fields = {"country", "member_type"} & set(batch.mapping.values())
    if not fields:
        return []
    normaliser = Normaliser()
    look_up = {"country": normaliser.country, "member_type": normaliser.member_type}
    counts: Counter[tuple[str, str]] = Counter()
    texts: dict[tuple[str, str], str] = {}
    for row in source_rows(batch):
        for name in fields & row.cells.keys():
            one = name, fold(row.cells[name])
            counts[one] += 1
            texts.setdefault(one, row.cells[name])
    found = []
    for spelling, rows in counts.most_common():
        name, folded = spelling
        if not folded or len(folded) > _LONGEST:
            continue
        try:
            look_up[name](texts[spelling])
        except ValueError as problem:
            found.append(Word(name, texts[spelling], rows, str(problem)))
    return found[:AT_MOST]


@transaction.atomic
def learn_words(*, import_id: int, chosen: Mapping[tuple[str, str], str], actor: User) -> int:
    """`chosen`: {(field, text): code of the country or member type}. From now on every import knows these words."""
    batch = Import.objects.select_for_update().get(pk=import_id)
    permissions.require(actor, "imports.map_import", batch)
    if batch.status not in _STATES:
        raise InvalidTransition(steps.MAP, batch)
    types = {kind.code: kind for kind in MemberType.objects.all()}
    for (name, text), code in chosen.items():
        if name == "country":
            CountryAlias.objects.update_or_create(
                key=fold(text), defaults={"country": Country.objects.get(pk=code), "learnt_by": actor}
            )
        else:
            MemberTypeAlias.objects.update_or_create(
                key=fold(text), defaults={"name": text[:_LONGEST], "member_type": types[code], "learnt_by": actor}
            )
    if chosen:
        told = [{"field": name, "text": text, "code": code} for (name, text), code in chosen.items()]
        act(steps.LEARN, batch, actor=actor, data={"words": told})
    return len(chosen)


@dataclass(frozen=True)
class Learnt:
    """What somebody said that a word of the file means."""

    label: str
    text: str
    meaning: str


def learnt_words(batch: Import) -> list[Learnt]:
    """In the order in which they were learnt; said twice, the last holds."""
    told: dict[tuple[str, str], str] = {}
    for event in events.of(batch).filter(verb=steps.LEARN).order_by("pk"):
        told |= {(one["field"], one["text"]): one["code"] for one in event.data["words"]}
    if not told:
        return []
    names = {("country", one.code): str(one) for one in Country.objects.filter(code__in=told.values())}
    names |= {("member_type", one.code): one.name for one in MemberType.objects.filter(code__in=told.values())}
    return [Learnt(str(LABELS[name]), text, names.get((name, code), code)) for (name, text), code in told.items()]
