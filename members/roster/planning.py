"""The dry run: what would happen with each row, and why. Reads in bulk, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.imports.kinds import Decision, PlannedRow, Progress, SourceRow
from core.imports.models import ImportRow
from members.models import Membership, Organisation
from members.names import compact_key
from members.roster.fields import COLUMNS, IDENTIFIERS, LABELS
from members.roster.matching import Match, Matcher, Record
from members.roster.normalise import Normaliser, Row, clean_aliases, other_names_as_text

O = ImportRow.Outcome  # noqa: E741
D = ImportRow.Decision
_ATTRIBUTES = {"country": "country_id", "member_type": "member_type_id", "region": "region_id"}
_FIELD_OF = {attribute: name for name, attribute in _ATTRIBUTES.items()}
_COMPARED = tuple(_ATTRIBUTES.get(name, name) for name in COLUMNS if name not in {"code", "other_names", "aliases"})
_STEP = 500


class Planner:
    """One dry run over one file."""

    def __init__(self, rows: Sequence[SourceRow], options: dict[str, Any], decisions: dict[int, Decision]) -> None:
        self.normaliser = Normaliser()
        self.decisions = decisions
        self.default_type = self.normaliser.types.get(options.get("member_type", ""))
        self.rows = [self.normaliser.clean(row.number, row.cells) for row in rows]
        self.matcher = Matcher(self.rows)
        self.planned: dict[int, PlannedRow] = {}
        # Who was first in the file to speak of an organisation: {id on record or row that brings it: values}
        self._said: dict[tuple[str, int], tuple[int, dict[str, Any]]] = {}

    def plan(self, progress: Progress) -> list[PlannedRow]:
        total = len(self.rows)
        matched: list[tuple[Row, PlannedRow, int]] = []
        for done, row in enumerate(self.rows):
            if done % _STEP == 0:
                progress(done, total, "")
            planned = self._judge(row)
            self.planned[row.number] = planned
            if planned.match_id is not None and planned.outcome != O.ERROR and planned.outcome != O.DOUBTFUL:
                matched.append((row, planned, planned.match_id))
        for start in range(0, len(matched), 1000):
            self._compare(matched[start : start + 1000])
        self._show_evidence()
        progress(total, total, "")
        return list(self.planned.values())

    # -- One row ------------------------------------------------------------------------------------------------------
    def _judge(self, row: Row) -> PlannedRow:
        planned = PlannedRow(row.number, O.ERROR, label=row.values.get("legal_name", ""))
        planned.errors, planned.warnings = row.errors, row.warnings
        if row.errors:
            return planned
        match = self.matcher.match(row)
        if match.errors:
            planned.errors |= match.errors
            return planned
        record = match.record
        if match.doubts:
            decided = self.decisions.get(row.number)
            if decided is None or decided.choice == D.SKIP:
                return self._doubtful(planned, match)
            if decided.choice == D.SAME:
                record = self._decided_record(match, decided)
                if record is None:  # its likeness is gone: somebody changed or removed it since
                    return self._doubtful(planned, match)
        if record is None:
            for namesake in match.namesakes:
                planned.warnings["legal_name"] = _(
                    "%(who)s has the same name and country, but another identifier: they are taken as two."
                ) % {"who": namesake.code or _("Row %(n)s") % {"n": namesake.row}}
            return self._new(row, planned, match.ours)
        return self._same(row, planned, record, decided=bool(match.doubts))

    def _decided_record(self, match: Match, decided: Decision) -> Record | None:
        for record, _reason in match.doubts:
            if record.id == decided.match_id:
                return record
        return None

    def _doubtful(self, planned: PlannedRow, match: Match) -> PlannedRow:
        planned.outcome = O.DOUBTFUL
        planned.evidence = [
            {"id": record.id, "row": record.row, "label": record.name, "reason": reason, "values": {}}
            for record, reason in match.doubts
        ]
        return planned

    def _new(self, row: Row, planned: PlannedRow, ours: Record) -> PlannedRow:
        for kind, value in ours.identifiers.items():
            for other in self.matcher.holders(kind, value, ours.country):
                planned.errors[kind] = _("%(name)s has this %(kind)s already.") % {
                    "name": other.name,
                    "kind": LABELS[kind],
                }
        if "member_type_id" not in row.values:
            if self.default_type is None:
                planned.errors["member_type"] = _("The row names no member type. Choose one for such rows.")
            else:
                row.values["member_type_id"] = self.default_type.pk
        if planned.errors:
            return planned
        planned.outcome = O.NEW
        planned.payload = values = {name: value for name, value in row.values.items() if name != "code"}
        self.matcher.add(ours)
        self._said["row", row.number] = row.number, values
        return planned

    def _same(self, row: Row, planned: PlannedRow, record: Record, *, decided: bool = False) -> PlannedRow:
        """The row is about an organisation on record, or about one that an earlier row brings. Of two rows that say
        different things the first holds, once a person has decided that both mean the same."""
        who = ("id", record.id) if record.id is not None else ("row", record.row or 0)
        planned.match_id = record.id
        first = self._said.get(who)
        if first is not None:
            clash = self._clash(first[1], row.values)
            if clash and not decided:
                planned.outcome = O.DOUBTFUL
                planned.evidence = [
                    {
                        "id": None,
                        "row": first[0],
                        "label": record.name,
                        "reason": _("row %(row)s says otherwise of the same organisation: %(what)s")
                        % {"row": first[0], "what": ", ".join(str(LABELS[name]) for name in clash)},
                        "values": {},
                    }
                ]
                return planned
            planned.warnings["legal_name"] = _("the same organisation as in row %(row)s") % {"row": first[0]}
            for name in [_ATTRIBUTES.get(one, one) for one in clash]:
                row.values.pop(name, None)
            for name, value in row.values.items():
                first[1].setdefault(name, value)
            if record.id is None:
                planned.outcome = O.UNCHANGED
                planned.evidence = [
                    {"id": None, "row": first[0], "label": record.name, "reason": _("the same"), "values": {}}
                ]
                return planned
        else:
            self._said[who] = row.number, dict(row.values)
        planned.outcome = O.UNCHANGED  # until compared
        return planned

    def _clash(self, first: dict[str, Any], values: dict[str, Any]) -> list[str]:
        clash = []
        for attribute, value in values.items():
            known = first.get(attribute, value)
            if attribute == "legal_name":
                known, value = compact_key(known), compact_key(value)
            if known != value and attribute not in {"other_names", "aliases"}:
                clash.append(_FIELD_OF.get(attribute, attribute))
        return clash

    # -- Against the record -------------------------------------------------------------------------------------------
    def _compare(self, part: list[tuple[Row, PlannedRow, int]]) -> None:
        ids = {match_id for _row, _planned, match_id in part}
        current = {
            one["pk"]: one
            for one in Organisation.objects.filter(pk__in=ids).values("pk", "other_names", "aliases", *_COMPARED)
        }
        standing = dict(
            Membership.objects.filter(organisation__in=ids).order_by("starts").values_list("organisation_id", "status")
        )
        for row, planned, match_id in part:
            old = current[match_id]
            changed = self._changed(row, old, decided=row.number in self.decisions)
            for kind in IDENTIFIERS:
                if kind in changed:
                    self._check_free(planned, kind, changed, match_id)
            if planned.errors:
                planned.outcome = O.ERROR
                continue
            for attribute, value in changed.items():
                name = _FIELD_OF.get(attribute, attribute)
                planned.changes.append(
                    {"field": name, "old": self.shown(attribute, old[attribute]), "new": self.shown(attribute, value)}
                )
            status = standing.get(match_id)
            if status is None:
                planned.changes.append({"field": "membership", "old": "", "new": str(Membership.Status.ACTIVE.label)})
            elif status != Membership.Status.ACTIVE:
                planned.warnings["membership"] = _(
                    "The membership is “%(status)s”; an import does not change that."
                ) % {"status": Membership.Status(status).label}
            if planned.changes:
                planned.outcome = O.CHANGED
                planned.payload = {"values": changed, "join": status is None}

    def _check_free(self, planned: PlannedRow, kind: str, changed: dict[str, Any], match_id: int) -> None:
        country = changed.get("country_id", "")
        for other in self.matcher.holders(kind, changed[kind], country):
            if other.id != match_id:
                planned.errors[kind] = _("%(name)s has this %(kind)s already.") % {
                    "name": other.name,
                    "kind": LABELS[kind],
                }

    def _changed(self, row: Row, old: dict[str, Any], *, decided: bool) -> dict[str, Any]:
        """What the row says and the record does not. An empty cell says nothing. A name that differs only in case,
        accents, punctuation, spacing or legal form keeps the spelling on record, and so does a name that is known as
        another one of it. A spelling that a person has decided to mean the record is learnt as such."""
        changed: dict[str, Any] = {}
        # A name with a semicolon comes back from an export in pieces.
        pieces = {piece for alias in old["aliases"] for piece in clean_aliases(alias)}
        aliases = [*old["aliases"], *(one for one in row.values.get("aliases", ()) if one not in pieces)]
        for attribute, value in row.values.items():
            if attribute in {"code", "other_names", "aliases"} or value == old[attribute]:
                continue
            if attribute == "legal_name" and self._known_name(value, old):
                continue
            if attribute == "legal_name" and decided:
                aliases.append(value)
                continue
            if attribute == "short_name" and compact_key(value) == compact_key(old["short_name"]):
                continue
            if attribute in {"address", "description"} and value.split() == old[attribute].split():
                continue
            if attribute in {"nace", "segments"} and set(value) == set(old[attribute]):
                continue
            if attribute == "website" and _same_address(value, old["website"]):
                continue
            changed[attribute] = value
        merged = {**old["other_names"], **row.values.get("other_names", {})}
        if merged != old["other_names"]:
            changed["other_names"] = merged
        if len(aliases := list(dict.fromkeys(aliases))) > len(old["aliases"]):
            changed["aliases"] = aliases
        return changed

    @staticmethod
    def _known_name(value: str, old: dict[str, Any]) -> bool:
        known = [old["legal_name"], *old["other_names"].values(), *old["aliases"]]
        return compact_key(value) in set(map(compact_key, known))

    # -- For people ---------------------------------------------------------------------------------------------------
    def shown(self, attribute: str, value: Any) -> str:
        if value in (None, "", [], {}):
            return ""
        if attribute == "country_id":
            return str(self.normaliser.countries.by_code[value])
        if attribute == "member_type_id":
            return next(kind.name for kind in self.normaliser.types.values() if kind.pk == value)
        if attribute == "region_id":
            return str(self.normaliser.region_by_id[value])
        if attribute == "other_names":
            return other_names_as_text(value)
        return ", ".join(value) if isinstance(value, list) else str(value)

    def _show_evidence(self) -> None:
        """The values of the candidates, to be read side by side with the row."""
        ids = {one["id"] for row in self.planned.values() for one in row.evidence if one["id"]}
        names = ("legal_name", "short_name", *_ATTRIBUTES.values(), "website", "email_domain", *IDENTIFIERS)
        known = {one["pk"]: one for one in Organisation.objects.filter(pk__in=ids).values("pk", "code", *names)}
        in_file = {row.number: row.values for row in self.rows}
        for row in self.planned.values():
            for one in row.evidence:
                values = known[one["id"]] if one["id"] else in_file[one["row"]]
                one["values"] = {
                    _FIELD_OF.get(name, name): text for name in names if (text := self.shown(name, values.get(name)))
                }
                one["code"] = values.get("code", "")


def _same_address(one: str, other: str) -> bool:
    """http or https, with www or without, with a slash at the end or not: the same site."""

    def bare(address: str) -> str:
        return address.partition("://")[2].removeprefix("www.").rstrip("/").lower()

    return bare(one) == bare(other)


def plan(
    rows: Sequence[SourceRow], options: dict[str, Any], decisions: dict[int, Decision], progress: Progress
) -> list[PlannedRow]:
    return Planner(rows, options, decisions).plan(progress)
