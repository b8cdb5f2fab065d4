"""The figures of one indicator as a form: a row for each region and kind of workers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.models import Region, Series, Whose
from kpis.checks import NUTS_VERSION, Definition, Finding
from kpis.lines import MISSING, Cell, Line
from kpis.models import Report
from kpis.models.reports import LARGEST, State
from members.models import Organisation

_SPACES = re.compile(r"[\s\u00a0\u2009\u202f']")


class WholeNumberField(forms.CharField):
    """A whole number, or nothing. Spaces between thousands are fine; points and commas are refused, because 1.234 is
    a thousand to one reader and a fraction to the next."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            max_length=40,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "figure-input"}),
            **kwargs,
        )

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        digits = _SPACES.sub("", text)
        if not digits:
            return None
        if re.fullmatch(r"[0-9]+", digits):
            if int(digits) > LARGEST:
                raise forms.ValidationError(_("This number is too large to be right."))
            return int(digits)
        if re.fullmatch(r"[-−–][0-9.,]+", digits):
            raise forms.ValidationError(_("A figure is never below zero."))
        if re.fullmatch(r"[0-9]+([.,][0-9]+)+", digits):
            raise forms.ValidationError(
                _("Write whole numbers without points and commas, such as 1234: “%(text)s” can be read in two ways."),
                params={"text": text},
            )
        raise forms.ValidationError(
            _("“%(text)s” is not a number. If there is none, leave it empty and choose what holds beside it."),
            params={"text": text},
        )


class LineForm(forms.Form):
    """One row: what it is about is fixed, its numbers are filled in."""

    NUMBER = "number"
    STATES = [
        (NUMBER, _("a number")),
        (State.NA, _("not applicable to us")),
        (State.NOT_COLLECTED, _("not collected")),
    ]

    series = forms.CharField(widget=forms.HiddenInput)
    region = forms.CharField(widget=forms.HiddenInput)
    whose = forms.CharField(widget=forms.HiddenInput)
    others = forms.ModelChoiceField(Organisation.objects.all(), required=False, widget=forms.HiddenInput)
    initiative = forms.CharField(required=False, widget=forms.HiddenInput)
    total = WholeNumberField(label=_("Total"))
    state = forms.ChoiceField(label=_("This is"), choices=STATES, initial=NUMBER)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    remove = forms.BooleanField(label=_("Remove this row"), required=False)

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        for breakdown, categories in definition.categories.items():
            for code, name in categories.items():
                self.fields[f"{breakdown}.{code}"] = WholeNumberField(label=name)

    @classmethod
    def initial_of(cls, line: Line) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "series": line.series,
            "region": line.region,
            "whose": line.whose,
            "others": line.others,
            "initiative": line.initiative,
            "total": line.total.value,
            "state": line.total.state if line.total.state in (State.NA, State.NOT_COLLECTED) else cls.NUMBER,
            "note": line.note,
        }
        return shown | {f"{breakdown}.{code}": cell.value for (breakdown, code), cell in line.parts.items()}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("state", self.NUMBER) != self.NUMBER and said.get("total") is not None:
            self.add_error("state", _t("There is a number in this row: is it a number, or is there none?"))
        return said

    def line(self) -> Line:
        """What the row says; only of a valid form."""
        said = self.cleaned_data
        other = said.get("others")
        return Line(
            indicator=self.definition.code,
            region=said["region"],
            total=Cell.of(said["total"]) if said["state"] == self.NUMBER else Cell(said["state"]),
            series=said["series"],
            whose=said["whose"],
            others=other.pk if other else None,
            initiative=said["initiative"],
            note=said["note"].strip(),
            parts={
                (breakdown, code): Cell.of(said[f"{breakdown}.{code}"])
                for breakdown, categories in self.definition.categories.items()
                for code in categories
                if said.get(f"{breakdown}.{code}") is not None
            },
        )

    def breakdowns(self) -> Iterator[Parts]:
        for breakdown, categories in self.definition.categories.items():
            fields = [self[f"{breakdown}.{code}"] for code in categories]
            values = [_as_number(field.value()) for field in fields]
            filled = [value for value in values if value is not None]
            yield Parts(
                name=self.definition.breakdown_names[breakdown],
                fields=fields,
                given=sum(filled),
                left=(_as_number(self["total"].value()) or 0) - sum(filled),
                filled=bool(filled),
                wrong=any(field.errors for field in fields),
            )

    @property
    def removed(self) -> bool:
        return bool(self.data.get(self.add_prefix("remove")))


@dataclass(frozen=True)
class Parts:
    """A breakdown in a row; `left` is what is missing to the total."""

    name: str
    fields: list[BoundField]
    given: int
    left: int
    filled: bool
    wrong: bool


def _as_number(value: Any) -> int | None:
    digits = _SPACES.sub("", str(value)) if value is not None else ""
    return int(digits) if digits.isdecimal() else None


class AddRowForm(forms.Form):
    """What a further row is about."""

    prefix = "add"
    series = forms.ChoiceField(label=_("Figures"))
    region = forms.ChoiceField(label=_("Country or region"), help_text=_("NUTS 2024, level 2, or a whole country"))
    whose = forms.ChoiceField(label=_("Whose workers are they?"), widget=forms.RadioSelect)
    others = forms.CharField(
        label=_("Which organisation?"),
        required=False,
        help_text=_("Only for staff of another organisation: its name or portal code. Empty if you do not know it."),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, definition: Definition, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        version = definition.version
        self._choose("series", [(one.value, one.label) for one in Series if one.value in version.series])
        self._choose("whose", [(code, Whose(code).label) for code in version.whose])
        self._choose("region", region_choices(report.organisation))
        if len(version.series) == 1:
            self.fields["series"].widget = forms.HiddenInput()
            self.fields["series"].initial = version.series[0]
        if "others" not in version.whose:
            del self.fields["others"]

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices
        field.initial = choices[0][0]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        named = (said.get("others") or "").strip()
        said["organisation"] = None
        if named and said.get("whose") != Whose.OTHERS:
            self.add_error("whose", _t("You named an organisation: choose “staff of another organisation”."))
        elif named:
            found = find_organisation(named)
            if found is None:
                self.add_error(
                    "others",
                    _t(
                        "There is no organisation of this name or code in the portal. Ask the ASA Office to add it, "
                        "or leave the field empty."
                    ),
                )
            elif found.pk == self.report.organisation_id:
                self.add_error("others", _t("This is your own organisation: choose “our own” instead."))
            said["organisation"] = found
        return said

    def line(self, indicator: str) -> Line:
        said = self.cleaned_data
        return Line(
            indicator=indicator,
            region=said["region"],
            series=said["series"],
            whose=said["whose"],
            others=said["organisation"].pk if said["organisation"] else None,
        )


def find_organisation(text: str) -> Organisation | None:
    """By portal code, also in brackets after the name as the list offers it, or by its exact name."""
    code = re.search(r"\bORG-\d{5,}\b", text.upper())
    if code:
        return Organisation.objects.filter(code=code.group()).first()
    named = Organisation.objects.filter(legal_name__iexact=text) | Organisation.objects.filter(short_name__iexact=text)
    found = list(named[:2])
    return found[0] if len(found) == 1 else None


def region_choices(organisation: Organisation) -> list[tuple[str, Any]]:
    """Countries and NUTS 2 regions by country, the organisation's own country first."""
    by_country: dict[str, list[tuple[str, str]]] = {}
    names: dict[str, str] = {}
    for code, name, level, version, country in Region.objects.filter(level__in=(0, 2)).values_list(
        "code", "name_latin", "level", "version", "country__name"
    ):
        if level == 0:
            names[code] = country
        elif version == NUTS_VERSION and not code.endswith("ZZ"):
            by_country.setdefault(code[:2], []).append((code, f"{name} ({code})"))
    own = organisation.country.nuts_code
    order = sorted(names, key=lambda code: (code != own, names[code]))
    return [
        (
            names[code],
            [(code, _t("%(country)s as a whole") % {"country": names[code]}), *sorted(by_country.get(code, []))],
        )
        for code in order
    ]


class StepForm:
    """The figures of one indicator: its rows, a row to add, and reasons that checks ask for."""

    def __init__(self, *, report: Report, definition: Definition, lines: Sequence[Line], data: Any = None) -> None:
        self.report, self.definition, self.data = report, definition, data
        if data is None:
            self.rows = [
                LineForm(definition=definition, initial=LineForm.initial_of(line), prefix=f"r{index}")
                for index, line in enumerate(lines)
            ]
        else:
            count = min(_as_number(data.get("rows")) or 0, len(data))  # a row has many fields
            rows = [LineForm(data, definition=definition, prefix=f"r{index}") for index in range(count)]
            self.rows = [row for row in rows if not row.removed]
        adding = data is not None and data.get("action") == "add"
        self.add = AddRowForm(data if adding else None, definition=definition, report=report)

    @property
    def wants_row(self) -> bool:
        return self.add.is_bound

    def is_valid(self) -> bool:
        valid = [row.is_valid() for row in self.rows]  # every row says what is wrong with it
        return all(valid) and (not self.wants_row or self.add.is_valid())

    def lines(self) -> list[Line]:
        lines = [row.line() for row in self.rows]
        return [*lines, self.add.line(self.definition.code)] if self.wants_row else lines

    def reasons(self) -> dict[str, str]:
        prefix = "reason-"
        return {key[len(prefix) :]: text for key, text in (self.data or {}).items() if key.startswith(prefix)}

    def place(self, findings: Sequence[Finding]) -> None:
        """Say what is wrong at the cell where it is wrong."""
        for finding in findings:
            if finding.line is None or finding.line > len(self.rows):
                continue
            if finding.line == len(self.rows):
                if self.wants_row:
                    self.add.add_error(finding.cell if finding.cell in self.add.fields else None, str(finding.message))
                continue
            row = self.rows[finding.line]
            row.add_error(finding.cell if finding.cell in row.fields else None, str(finding.message))


def starting_lines(definition: Definition, organisation: Organisation, last_year: Sequence[Line]) -> list[Line]:
    """The rows that a new report offers: those of last year, without their numbers; else the home region."""
    before = [
        replace(line, total=MISSING, parts={}, note="", initiative="")
        for line in last_year
        if line.indicator == definition.code and line.whose in definition.version.whose
    ]
    if before:
        return list({line.key: line for line in before}.values())
    region = organisation.region
    home = region.code if region and region.level == 2 and region.version == NUTS_VERSION else ""
    return [
        Line(
            indicator=definition.code,
            region=home or organisation.country.nuts_code,
            series=series,
            whose=definition.version.whose[0],
        )
        for series in definition.version.series
    ]
