"""A doubtful row and what it resembles, side by side, field by field; and what a decision will write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.imports.kinds import Decision, NoSuchChoice
from core.imports.models import Import, ImportRow
from members.models import Organisation, Representation
from members.roster import comparing, related, standing
from members.roster.comparing import BOTH, COMPARED, FILE, LISTS, OTHER, attribute_of
from members.roster.fields import COLUMNS, CONTACT, EXPORTED, IDENTIFIERS, LABELS
from members.roster.normalise import Normaliser


@dataclass(frozen=True)
class Option:
    value: str
    shown: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """A field with what the row and the other say. `options` is empty where there is nothing to choose."""

    name: str
    label: str
    shown: str
    options: list[Option]


class SideBySide:
    """A row and one of those that it resembles: an organisation on record, or an earlier row of the file."""

    def __init__(self, batch: Import, row: ImportRow, candidate: Mapping[str, Any]) -> None:
        self.row, self.candidate = row, candidate
        self.normaliser = Normaliser()
        cleaned = self.normaliser.clean(row.number, row.cells)
        self.values, self.news = cleaned.values, cleaned.related
        if candidate["id"]:
            self.organisation = Organisation.objects.filter(pk=candidate["id"]).first()
            found = Organisation.objects.filter(pk=candidate["id"]).values(*COMPARED).first()
            if found is None:
                raise NoSuchChoice(_("This organisation is no longer on record. Check the file again."))
            self.other: dict[str, Any] = found
            self.on_record = related.OnRecord([candidate["id"]])
            self.news = self.on_record.news(candidate["id"], cleaned.related)
            self.texts = self.on_record.texts(candidate["id"])
        else:
            self.organisation = None
            first = batch.rows.get(number=candidate["row"])
            said = self.normaliser.clean(first.number, first.cells)
            self.other = comparing.blank() | said.values
            self.news = related.beyond(said.related, cleaned.related)
            self.texts = {name: related.as_text(name, value) for name, value in said.related.items()}

    def choices(self, chosen: Mapping[str, str]) -> list[Choice]:
        found = []
        for name in COLUMNS:
            attribute = attribute_of(name)
            mine, other = self.values.get(attribute), self.other.get(attribute)
            if name == "code" or not (mine or other):
                continue
            options = []
            if mine and mine != other:
                wanted = chosen.get(name) or self._usual(name, other)
                texts = {FILE: self._shown(attribute, mine), OTHER: self._shown(attribute, other)}
                if name in LISTS and other:
                    texts[BOTH] = self._shown(attribute, self._together(name, attribute))
                options = [Option(value, text, value == wanted) for value, text in texts.items()]
            found.append(Choice(name, str(LABELS[name]), self._shown(attribute, other or mine), options))
        found += self._related(chosen)
        if self.row.cells.get(CONTACT) and CONTACT not in self.row.errors:
            found.append(self._contact(chosen))
        return found

    def _usual(self, name: str, other: Any) -> str:
        """What is chosen until a person says otherwise: nothing on record is lost, nothing that is new either."""
        return BOTH if name in LISTS and other else OTHER if other else FILE

    def _together(self, name: str, attribute: str) -> Any:
        found = comparing.changed({attribute: self.values[attribute]}, self.other, choices={name: BOTH})
        return found.get(attribute, self.other[attribute])

    def _shown(self, attribute: str, value: Any) -> str:
        return comparing.shown(self.normaliser, attribute, value)

    def _related(self, chosen: Mapping[str, str]) -> list[Choice]:
        """Kept in other tables: years of the workforce and names are added, so that nothing on record is lost."""
        found = []
        for name in ("workforce", "represents"):
            if name in self.news:
                mine, other = related.as_text(name, self.news[name]), self.texts.get(name, "")
                wanted = chosen.get(name) or FILE
                options = [Option(FILE, mine, wanted == FILE), Option(OTHER, other, wanted == OTHER)]
                found.append(Choice(name, str(LABELS[name]), mine, options))
        return found

    def _contact(self, chosen: Mapping[str, str]) -> Choice:
        """People are never replaced: those on record stay, the one of the file may be invited beside them."""
        cells = self.row.cells
        mine = f"{cells.get('contact_name', '')} {cells[CONTACT]}".strip()
        people = ""
        if self.organisation is not None:
            held = Representation.objects.current().filter(organisation=self.organisation).select_related("user")
            people = ", ".join(dict.fromkeys(one.user.name for one in held))
        both = ", ".join(filter(None, [people, mine]))
        wanted = chosen.get(CONTACT) or BOTH
        options = [Option(OTHER, people, wanted == OTHER), Option(BOTH, both, wanted == BOTH)]
        return Choice(CONTACT, str(LABELS["contact_name"]), both, options)

    def effect(self, choices: Mapping[str, str]) -> list[dict[str, str]]:
        """[{field, old, new}]: what will be different of the organisation on record, or of the earlier row. Raises
        NoSuchChoice when the values chosen do not go together."""
        values = {name: value for name, value in self.values.items() if name != "code"}
        new = comparing.changed(values, self.other, learn=True, choices=choices)
        self._check_region({**self.other, **new})
        self._check_identifiers(new)
        told = comparing.told(self.normaliser, new, self.other)
        if self.organisation is not None:
            told += standing.told(standing.standing_of([self.organisation.pk]).get(self.organisation.pk))
            news = {name: value for name, value in self.news.items() if choices.get(name) != OTHER}
            told += self.on_record.told(self.organisation.pk, news)
        return told

    def _check_region(self, values: Mapping[str, Any]) -> None:
        region = self.normaliser.region_by_id.get(values["region_id"])
        if region is not None and region.country_id != values["country_id"]:
            raise NoSuchChoice(
                _("The region %(region)s is not in %(country)s: choose the region and the country of one side.")
                % {"region": region, "country": self.normaliser.countries.by_code[values["country_id"]]}
            )

    def _check_identifiers(self, new: Mapping[str, Any]) -> None:
        others = Organisation.objects.exclude(pk=self.organisation.pk if self.organisation else 0)
        for kind in IDENTIFIERS:
            if kind not in new:
                continue
            held = others.filter(**{kind: new[kind]})
            if kind == "national_id":
                held = held.filter(country=new.get("country_id", self.other["country_id"]))
            if holder := held.first():
                raise NoSuchChoice(_("%(name)s has this %(kind)s already.") % {"name": holder, "kind": LABELS[kind]})


def effect_of(batch: Import, row: ImportRow, candidate: Mapping[str, Any], decision: Decision) -> list[dict[str, str]]:
    """What the decision "same" or "merge" will write."""
    unknown = set(decision.fields) - {*EXPORTED, CONTACT} | set(decision.fields.values()) - {FILE, OTHER, BOTH}
    if unknown:
        raise NoSuchChoice(_("Choose what to do with the row."))
    return SideBySide(batch, row, candidate).effect(decision.fields)
