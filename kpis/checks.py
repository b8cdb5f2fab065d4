"""What is checked in a report: what is wrong, what is still open, what asks for a reason, what is only worth a look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.geography import older
from core.templatetags.portal import number
from kpis.context import Context, Definition
from kpis.lines import Line, totals
from kpis.models.reports import LARGEST, State


class Level(StrEnum):
    BLOCK = "block"  # is wrong and not stored
    OPEN = "open"  # may stay in a draft; must be completed before the report is submitted
    ASK = "ask"  # a reason must be given
    WARN = "warn"  # worth a look


@dataclass(frozen=True)
class Finding:
    """`line`: its place in the list, none for the report as a whole. `cell`: total, region, whose, others,
    initiative, or breakdown.category. `key` names an ASK, so that the reason given for it is found again."""

    level: Level
    message: str | Promise
    line: int | None = None
    cell: str = "total"
    key: str = ""


def check(lines: Sequence[Line], context: Context) -> list[Finding]:
    """All findings, those of single lines first. A reason that was given settles its ASK."""
    found = [finding for index, line in enumerate(lines) for finding in _check_line(index, line, context)]
    found += _check_twice(lines)
    found += _check_country_or_regions(lines)
    return found + second_look(lines, context)


def second_look(lines: Sequence[Line], context: Context) -> list[Finding]:
    """What asks for a reason, unless one was given, and what is worth a look: against the workforce, the year so far,
    and the year before."""
    found = _check_workforce(lines, context) + _check_year_to_date(lines, context) + _check_last_year(lines, context)
    return [one for one in found if not (one.level == Level.ASK and context.reasons.get(one.key, "").strip())]


def completeness(lines: Sequence[Line]) -> list[Finding]:
    """What must be there before a report is submitted: a blank is no answer, so an empty report is never complete."""
    if any(line.total.state != State.MISSING for line in lines):
        return []
    message = _(
        "Nothing is filled in yet. If there is nothing to report, say so: zero, not applicable or not collected."
    )
    return [Finding(Level.OPEN, message)]


def _check_line(index: int, line: Line, context: Context) -> list[Finding]:
    definition = context.definitions.get(line.indicator)
    if definition is None:
        return [_block(index, "total", _("This round does not ask for %(code)s.") % {"code": line.indicator})]
    found = []
    version = definition.version
    if line.region not in context.regions:
        found.append(
            _block(
                index,
                "region",
                older.explain(line.region)
                or _("There is no country or NUTS 2 region (NUTS 2024) with the code “%(code)s”.")
                % {"code": line.region},
            )
        )
    if line.series not in version.series:
        found.append(_block(index, "total", _("%(code)s has no planned figures.") % {"code": line.indicator}))
    if line.whose not in version.whose:
        found.append(_block(index, "whose", _("%(code)s does not ask for these workers.") % {"code": line.indicator}))
    if line.whose == "others" and line.others == context.organisation_id:
        found.append(_block(index, "others", _("This is your own organisation: choose “our own” instead.")))
    if line.initiative and line.initiative not in context.initiatives:
        found.append(
            _block(
                index, "initiative", _("There is no initiative with the code “%(code)s”.") % {"code": line.initiative}
            )
        )
    if line.total.is_number and not 0 <= line.total.number <= LARGEST:
        found.append(_block(index, "total", _("This number cannot be right.")))
    return found + _check_parts(index, line, definition)


def _check_parts(index: int, line: Line, definition: Definition) -> list[Finding]:
    found = []
    sums: dict[str, int] = defaultdict(int)
    last: dict[str, str] = {}
    for (breakdown, category), cell in line.parts.items():
        place = f"{breakdown}.{category}"
        if category not in definition.categories.get(breakdown, {}):
            found.append(_block(index, place, _("%(code)s has no such part.") % {"code": line.indicator}))
        elif cell.is_number:
            sums[breakdown] += cell.number
            last[breakdown] = place
    for breakdown, whole in sums.items():
        level, (name, difference) = Level.BLOCK, (definition.breakdown_names[breakdown], line.total.number - whole)
        words = {"name": name, "sum": number(whole), "total": number(line.total.number), "n": number(abs(difference))}
        if not line.total.is_number:
            level = Level.OPEN if line.total.state == State.MISSING else Level.BLOCK
            message = _("%(name)s has numbers, but the total is missing.") % words
        elif difference > 0:
            level = Level.OPEN
            message = (
                _(
                    "%(name)s: the parts add up to %(sum)s, %(n)s are left of %(total)s. Say where they "
                    "belong, or put them under “unknown”."
                )
                % words
            )
        elif difference < 0:
            message = (
                _("%(name)s: the parts add up to %(sum)s, that is %(n)s more than the total of %(total)s.") % words
            )
        else:
            continue
        found.append(Finding(level, message, index, last[breakdown]))
    return found


def _check_twice(lines: Sequence[Line]) -> list[Finding]:
    seen: dict[tuple[object, ...], int] = {}
    found = []
    for index, line in enumerate(lines):
        if line.key in seen:
            message = _("The same region and workers stand in line %(n)s already.") % {"n": seen[line.key] + 1}
            found.append(_block(index, "region", message))
        seen.setdefault(line.key, index)
    return found


def _check_country_or_regions(lines: Sequence[Line]) -> list[Finding]:
    countries: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for line in lines:
        if len(line.region) == 2:
            countries[line.place].add(line.region)
    return [
        _block(
            index,
            "region",
            _("Give either the country %(country)s or its regions, not both: people would be there twice.")
            % {"country": line.region[:2]},
        )
        for index, line in enumerate(lines)
        if len(line.region) > 2 and line.region[:2] in countries[line.place]
    ]


def _check_workforce(lines: Sequence[Line], context: Context) -> list[Finding]:
    trained = totals(lines, whose="own").get(("K1", "achieved"), 0)
    if context.workforce is None or trained <= context.workforce:
        return []
    message = _(
        "%(n)s own workers upskilled are more than the %(workforce)s that your organisation declares. Please say why."
    ) % {"n": number(trained), "workforce": number(context.workforce)}
    return [Finding(Level.ASK, message, _first(lines, "K1", "achieved"), key="workforce")]


def _check_year_to_date(lines: Sequence[Line], context: Context) -> list[Finding]:
    if context.earlier is None:
        return []
    now, before = totals(lines), totals(context.earlier)
    answered = {(line.indicator, line.series) for line in lines if line.total.is_number}
    return [
        Finding(
            Level.ASK,
            _(
                "%(code)s was %(before)s in %(round)s and is %(now)s now: figures of the year to date "
                "do not fall. Please say why."
            )
            % {
                "code": code,
                "before": number(before[code, series]),
                "now": number(now[code, series]),
                "round": context.earlier_name,
            },
            _first(lines, code, series),
            key=f"fall-{code}",
        )
        for code, series in sorted(answered)
        if series == "achieved" and now[code, series] < before.get((code, series), 0)
    ]


def _check_last_year(lines: Sequence[Line], context: Context) -> list[Finding]:
    found = []
    for (code, series), now in sorted(totals(lines).items()):
        before = context.last_year.get((code, series), 0)
        if before and abs(now - before) * 2 > before:
            message = _(
                "%(code)s is %(now)s, against %(before)s last year: a change of more than half. Please look again."
            ) % {"code": code, "now": number(now), "before": number(before)}
            found.append(Finding(Level.WARN, message, _first(lines, code, series)))
    return found


def _first(lines: Sequence[Line], code: str, series: str) -> int | None:
    return next((i for i, line in enumerate(lines) if (line.indicator, line.series) == (code, series)), None)


def _block(index: int, cell: str, message: str) -> Finding:
    return Finding(Level.BLOCK, message, index, cell)
