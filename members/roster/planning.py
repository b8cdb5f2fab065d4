"""The dry run: what would happen with each row, and why. Reads in bulk, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.imports.kinds import Decision, PlannedRow, Progress, SourceRow
from core.imports.models import ImportRow
from members.models import Membership, Organisation
from members.roster import comparing, related, standing
from members.roster.comparing import COMPARED, FILE, OTHER, field_of
from members.roster.fields import IDENTIFIERS, LABELS
from members.roster.matching import Match, Matcher, Record
from members.roster.normalise import Normaliser, Row

O = ImportRow.Outcome  # noqa: E741
D = ImportRow.Decision
_STEP = 500
_AS_ONE = frozenset({D.SAME, D.MERGE})


class Planner:
    """One dry run over one file."""

    def __init__(self, rows: Iterable[SourceRow], options: dict[str, Any], decisions: dict[int, Decision]) -> None:
        self.normaliser = Normaliser()
        self.decisions = decisions
        self.default_type = self.normaliser.types.get(options.get("member_type", ""))
        self.rows = [self.normaliser.clean(row.number, row.cells) for row in rows]
        self.matcher = Matcher(self.rows)
        self.no_codes = related.unknown_codes(row.related for row in self.rows)
        self.planned: dict[int, PlannedRow] = {}
        # Who was first in the file to speak of an organisation: {id on record or row that brings it: values}
        self._said: dict[tuple[str, int], tuple[Row, dict[str, Any]]] = {}
        self._forced: dict[int, set[str]] = {}

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
        if no_codes := self.no_codes & {one[0] for one in row.related.get("represents", ())}:
            row.errors["represents"] = _("There is no organisation %(code)s.") % {"code": min(no_codes)}
        if row.errors:
            return planned
        match = self.matcher.match(row)
        if match.errors:
            planned.errors |= match.errors
            return planned
        decided = self.decisions.get(row.number)
        if decided is None:  # what a decision brings was not there when a person read the preview
            match.doubts = [(record, reason) for record, reason in match.doubts if not record.decided]
        record = match.record
        if match.doubts:
            if decided is None or decided.choice == D.SKIP:
                return self._doubtful(planned, match)
            if decided.choice in _AS_ONE:
                record = self._decided_record(match, decided)
                if record is None:  # its likeness is gone: somebody changed or removed it since
                    return self._doubtful(planned, match)
        elif decided is not None and decided.choice == D.NEW:
            record = None
        if record is None:
            for namesake in match.namesakes:
                planned.warnings["legal_name"] = _(
                    "%(who)s has the same name and country, but another identifier: they are taken as two."
                ) % {"who": namesake.code or _("Row %(n)s") % {"n": namesake.row}}
            match.ours.decided = decided is not None
            return self._new(row, planned, match.ours)
        return self._same(row, planned, record, match.ours)

    def _decided_record(self, match: Match, decided: Decision) -> Record | None:
        for record, _reason in match.doubts:
            if (record.id, record.row) == (decided.match_id, decided.row):
                return record
        return None

    def _doubtful(self, planned: PlannedRow, match: Match) -> PlannedRow:
        planned.outcome = O.DOUBTFUL
        planned.evidence = [self._evidence(match.ours, record, reason) for record, reason in match.doubts]
        return planned

    @staticmethod
    def _evidence(ours: Record, record: Record, reason: str, row: int | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {
            "id": record.id,
            "row": record.row,
            "label": record.name,
            "reason": reason,
            "values": {},
        }
        if row is not None:
            found |= {"id": None, "row": row}
        if ours.shares_identifier(record):
            found["certain"] = True  # to take it as another one is no choice
        return found

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
        planned.payload = values = row.values
        values.pop("code", None)
        planned.more = row.related
        self.matcher.add(ours)
        self._said["row", row.number] = row, values
        return planned

    def _same(self, row: Row, planned: PlannedRow, record: Record, ours: Record) -> PlannedRow:
        """The row is about an organisation on record, or about one that an earlier row brings. Of two rows that say
        different things the first holds, once a person has decided that both mean the same, or what they chose."""
        who = ("id", record.id) if record.id is not None else ("row", record.row or 0)
        planned.match_id = record.id
        planned.outcome = O.UNCHANGED  # until compared
        decided = self.decisions.get(row.number)
        first = self._said.get(who)
        choices = decided.fields if decided else {}
        for name in [name for name in row.related if choices.get(name) == OTHER]:
            row.related.pop(name)
        if first is None:
            self._said[who] = row, dict(row.values)
            return planned
        number, values = first[0].number, first[1]
        clash = comparing.clash(values, row.values)
        others = related.contradict(first[0].related, row.related)
        if (clash or others) and (decided is None or decided.choice not in _AS_ONE):
            planned.outcome, planned.match_id = O.DOUBTFUL, None
            what = ", ".join(str(LABELS[field_of(name)]) for name in [*clash, *others])
            reason = _("row %(row)s says otherwise of the same organisation: %(what)s") % {"row": number, "what": what}
            planned.evidence = [self._evidence(ours, record, reason, number)]
            return planned
        planned.warnings["legal_name"] = _("the same organisation as in row %(row)s") % {"row": number}
        row.related = related.beyond(first[0].related, row.related)
        if record.id is None:
            for name in () if choices else clash:
                row.values.pop(name)
            comparing.complete(values, row.values, choices)
            related.complete(first[0].related, row.related)
            planned.evidence = [self._evidence(ours, record, _("the same"), number)]
        elif choices:  # also where the record says so already, because the first row says otherwise
            self._forced[row.number] = {name for name in clash if choices.get(field_of(name)) == FILE}
        else:
            for name in clash:
                row.values.pop(name)
        return planned

    # -- Against the record -------------------------------------------------------------------------------------------
    def _compare(self, part: list[tuple[Row, PlannedRow, int]]) -> None:
        ids = {match_id for _row, _planned, match_id in part}
        current = {one["pk"]: one for one in Organisation.objects.filter(pk__in=ids).values("pk", *COMPARED).iterator()}
        standings = standing.standing_of(ids)
        on_record = related.OnRecord(ids)
        for row, planned, match_id in part:
            old = current[match_id]
            decided = self.decisions.get(row.number)
            new = comparing.changed(
                row.values, old, learn=decided is not None, choices=decided.fields if decided else None
            )
            for kind in IDENTIFIERS:
                if kind in new:
                    self._check_free(planned, kind, {**old, **new}, match_id)
            if planned.errors:
                planned.outcome = O.ERROR
                continue
            membership = standings.get(match_id)
            planned.changes = comparing.told(self.normaliser, new, old) + standing.told(membership)
            planned.more = on_record.news(match_id, row.related)
            planned.changes += on_record.told(match_id, planned.more)
            self._since(row, planned, membership, on_record.since.get(match_id))
            if membership not in {None, Membership.Status.ACTIVE}:
                planned.warnings["membership"] = _(
                    "The membership is “%(status)s”; an import does not change that."
                ) % {"status": Membership.Status(membership).label}
            forced = self._forced.get(row.number, set())
            if planned.changes or forced:
                planned.outcome = O.CHANGED
                values = {**{name: row.values[name] for name in forced}, **new}
                planned.payload = {"values": values, "join": membership is None}

    @staticmethod
    def _since(row: Row, planned: PlannedRow, membership: standing.Standing, known: date | None) -> None:
        """Since when it is a member: of one that joins by this row; of others it is not changed."""
        said = row.related.get("member_since")
        if said and membership is None:
            planned.more["member_since"] = said
        elif said and said != known:
            planned.warnings["member_since"] = _("The portal says %(day)s; an import does not change that.") % {
                "day": known.isoformat() if known else "–"
            }

    def _check_free(self, planned: PlannedRow, kind: str, values: dict[str, Any], match_id: int) -> None:
        for other in self.matcher.holders(kind, values[kind], values["country_id"]):
            if other.id != match_id:
                planned.errors[kind] = _("%(name)s has this %(kind)s already.") % {
                    "name": other.name,
                    "kind": LABELS[kind],
                }

    # -- For people ---------------------------------------------------------------------------------------------------
    def _show_evidence(self) -> None:
        """The values of the candidates, to be read side by side with the row."""
        ids = {one["id"] for row in self.planned.values() for one in row.evidence if one["id"]}
        known = {one["pk"]: one for one in Organisation.objects.filter(pk__in=ids).values("pk", "code", *COMPARED)}
        on_record = related.OnRecord(ids)
        in_file = {row.number: row for row in self.rows}
        for row in self.planned.values():
            for one in row.evidence:
                values = known[one["id"]] if one["id"] else in_file[one["row"]].values
                more = on_record.texts(one["id"]) if one["id"] else in_file[one["row"]].related
                one["values"] = {
                    field_of(name): text
                    for name in COMPARED
                    if (text := comparing.shown(self.normaliser, name, values.get(name)))
                }
                one["values"] |= {name: related.as_text(name, value) for name, value in more.items() if value}
                one["code"] = values.get("code", "")


def plan(
    rows: Iterable[SourceRow], options: dict[str, Any], decisions: dict[int, Decision], progress: Progress
) -> list[PlannedRow]:
    return Planner(rows, options, decisions).plan(progress)
