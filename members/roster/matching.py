"""Which organisation is a row about? Certain by an identifier, or by country and name; doubtful when it looks like one.

Certain: the same PIC, VAT number, OID, national number or portal code; or the same country and the same name, if only
one such organisation exists and no identifier contradicts. Doubtful: the same e-mail domain with another name, a
similar name, the same name elsewhere. Two different identifiers of one kind are never the same organisation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.lookup import MultiDict
from members.models import Merge, Organisation
from members.names import SHARED_DOMAINS, compact_key, name_key
from members.roster.cells import host_of
from members.roster.fields import IDENTIFIERS, LABELS
from members.roster.normalise import Row
from members.roster.similarity import ALIKE_ELSEWHERE, NameIndex


@dataclass(slots=True)
class Record:
    """What matching knows of an organisation: one on record (id), or one that an earlier row brings (row)."""

    id: int | None
    row: int | None
    name: str
    country: str
    key: str
    compact: str
    others: frozenset[str]  # its names in other languages, former names and known spellings, compact
    short: str
    domain: str
    host: str
    code: str = ""
    identifiers: dict[str, str] = field(default_factory=dict)
    decided: bool = False  # a doubtful row that a person takes as new brings it

    def contradicts(self, other: Record) -> bool:
        """Each has an identifier of one kind, and they differ. National numbers count within a country."""
        for kind, value in self.identifiers.items():
            theirs = other.identifiers.get(kind)
            if theirs and theirs != value and (kind != "national_id" or self.country == other.country):
                return True
        return False

    def shares_identifier(self, other: Record) -> str:
        for kind, value in self.identifiers.items():
            if other.identifiers.get(kind) == value and (kind != "national_id" or self.country == other.country):
                return kind
        return ""


@dataclass(slots=True)
class Match:
    """The result for one row. `record` when certain; `doubts` otherwise, with the reason for each; `errors` when the
    row's own identifiers belong to different organisations."""

    ours: Record
    record: Record | None = None
    doubts: list[tuple[Record, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    namesakes: list[Record] = field(default_factory=list)  # same name and country, but told apart by an identifier


def record_of_values(
    values: dict[str, Any], *, record_id: int | None = None, row: int | None = None, code: str = ""
) -> Record:
    name = values.get("legal_name", "")
    domain = values.get("email_domain", "")
    return Record(
        id=record_id,
        row=row,
        name=name,
        country=values.get("country_id", ""),
        key=name_key(name),
        compact=compact_key(name),
        others=frozenset(map(compact_key, [*values.get("other_names", {}).values(), *values.get("aliases", ())])),
        short=compact_key(values.get("short_name", "")),
        domain="" if domain in SHARED_DOMAINS else domain,
        host=host_of(values.get("website", "")),
        code=code,
        identifiers={kind: value for kind in IDENTIFIERS if (value := values.get(kind))},
    )


class Matcher:
    """All organisations on record, and those that earlier rows bring, found by whatever a row says of its own."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_code: dict[str, Record] = {}
        self._by_identifier: MultiDict[tuple[str, str], Record] = MultiDict()
        self._by_name: MultiDict[str, Record] = MultiDict()
        self._by_short: MultiDict[tuple[str, str], Record] = MultiDict()
        self._by_domain: MultiDict[str, Record] = MultiDict()
        self._alike = NameIndex()
        self._indexed: list[Record] = []
        names = "pk code legal_name short_name other_names aliases country_id email_domain website".split()
        known = [
            record_of_values(one, record_id=one["pk"], code=one["code"])
            for one in Organisation.objects.order_by("pk").values(*names, *IDENTIFIERS).iterator(2000)
        ]
        for record in known:
            self._alike.learn(record.key)
        on_record = {record.compact for record in known}
        by_id = {record.id: record for record in known}
        for code, kept_id in Merge.objects.standing().values_list("merged_code", "kept_id"):
            self._by_code[code] = by_id[kept_id]  # an export from before the merge names the other
        for row in rows:
            if (name := row.values.get("legal_name")) and compact_key(name) not in on_record:
                self._alike.learn(name_key(name))
        for record in known:
            self.add(record)

    def add(self, record: Record) -> None:
        if record.code:
            self._by_code[record.code] = record
        for kind, value in record.identifiers.items():
            self._by_identifier.add(self._identifier(kind, value, record.country), record)
        for compact in {record.compact, *record.others} - {""}:
            self._by_name.add(compact, record)
        if record.short:
            self._by_short.add((record.country, record.short), record)
        for domain in {record.domain, record.host} - {""}:
            self._by_domain.add(domain, record)
        self._alike.add(record.country, record.key)
        self._indexed.append(record)

    @staticmethod
    def _identifier(kind: str, value: str, country: str) -> tuple[str, str]:
        return kind, f"{country} {value}" if kind == "national_id" else value

    def holders(self, kind: str, value: str, country: str) -> Sequence[Record]:
        """Who has this identifier."""
        return self._by_identifier.get(self._identifier(kind, value, country))

    def match(self, row: Row) -> Match:
        ours = record_of_values(row.values, row=row.number)
        if code := row.values.get("code"):
            record = self._by_code.get(code)
            if record is None:
                return Match(ours, errors={"code": _("There is no organisation %(code)s.") % {"code": code}})
            return self._by_certain(ours, [record]) or Match(ours, record)
        holders: dict[int, Record] = {}
        for kind, value in ours.identifiers.items():
            for record in self.holders(kind, value, ours.country):
                holders[id(record)] = record
        if found := self._by_certain(ours, list(holders.values())):
            return found
        namesakes = [one for one in self._by_name.get(ours.compact) if one.country == ours.country]
        same_name = [record for record in namesakes if not ours.contradicts(record)]
        if len(same_name) == 1:
            return Match(ours, same_name[0])
        if same_name:
            reason = _("several organisations have this name and country")
            return Match(ours, doubts=[(record, reason) for record in same_name[:5]])
        return Match(ours, doubts=self._doubts(ours), namesakes=namesakes)

    def _by_certain(self, ours: Record, holders: list[Record]) -> Match | None:
        """What follows when identifiers or the portal code name organisations."""
        if not holders:
            return None
        if len(holders) > 1:
            return Match(
                ours,
                errors={
                    kind: _("This %(kind)s is that of %(name)s, but another identifier of the row is not.")
                    % {"kind": LABELS[kind], "name": record.name}
                    for record in holders
                    if (kind := ours.shares_identifier(record))
                },
            )
        record = holders[0]
        for kind, value in ours.identifiers.items():
            theirs = record.identifiers.get(kind, value)
            if theirs != value and (kind != "national_id" or ours.country == record.country):
                reason = _("one identifier is the same, but the %(kind)s is another: %(theirs)s") % {
                    "kind": LABELS[kind],
                    "theirs": theirs,
                }
                return Match(ours, doubts=[(record, reason)])
        return Match(ours, record)

    def _doubts(self, ours: Record) -> list[tuple[Record, str]]:
        found: dict[int, tuple[Record, str]] = {}

        def add(records: Iterable[Record], reason: str) -> None:
            for record in records:
                if id(record) not in found and not ours.contradicts(record):
                    found[id(record)] = record, reason

        # The web host stands in for the e-mail domain where a side has none.
        if ours.domain:
            add(
                (one for one in self._by_domain.get(ours.domain) if ours.domain == (one.domain or one.host)),
                _("the same e-mail domain, %(domain)s, with another name") % {"domain": ours.domain},
            )
        if ours.host and not ours.domain:
            add(
                self._by_domain.get(ours.host),
                _("the same web site, %(host)s, with another name") % {"host": ours.host},
            )
        if ours.compact:
            add(
                (one for one in self._by_name.get(ours.compact) if one.country != ours.country),
                _("the same name in another country"),
            )
            add(self._by_short.get((ours.country, ours.compact)), _("the name is the short name of the other"))
        if ours.key:
            for position, likeness in self._alike.find(ours.country, ours.key):
                record = self._indexed[position]
                elsewhere = ours.domain and record.domain and ours.domain != record.domain
                if likeness >= ALIKE_ELSEWHERE or not elsewhere:
                    add([record], _("a similar name"))
        return list(found.values())[:5]
