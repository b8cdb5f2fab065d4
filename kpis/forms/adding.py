"""A further row of a report, and the rows that a new report begins with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.models import Region, Series, Whose
from kpis.context import NUTS_VERSION, Definition
from kpis.lines import MISSING, Line, batched
from kpis.models import Report
from kpis.wording import whose_question, whose_words
from members.models import Organisation
from projects.models import Initiative

_CODE = re.compile(r"\bORG-\d{5,}\b")


class AddRowForm(forms.Form):
    """What a further row is about."""

    prefix = "add"
    series = forms.ChoiceField(label=_("Figures"))
    region = forms.ChoiceField(label=_("Country or region"), help_text=_("NUTS 2024, level 2, or a whole country"))
    whose = forms.ChoiceField(widget=forms.RadioSelect)
    others = forms.CharField(
        label=_("Which organisation?"),
        required=False,
        help_text=_("Only for staff of another organisation: its name or portal code. Empty if you do not know it."),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )

    initiative = forms.ModelChoiceField(
        Initiative.objects.order_by("title"),
        label=_("Which initiative did they come from?"),
        required=False,
        to_field_name="code",
        empty_label=_("none in particular"),
    )

    def __init__(self, *args: Any, definition: Definition, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        version = definition.version
        self._choose("series", [(one.value, one.label) for one in Series if one.value in version.series])
        self._choose("whose", [(code, whose_words(definition.code, code).choice) for code in version.whose])
        self._choose("region", region_choices(report.organisation))
        self.fields["whose"].label = str(whose_question(definition.code))
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
            initiative=said["initiative"].code if said["initiative"] else "",
        )


def find_organisation(text: str) -> Organisation | None:
    """By portal code, also in brackets after the name as the list offers it, or by its exact name."""
    return find_organisations([text])[text]


def find_organisations(texts: Collection[str]) -> dict[str, Organisation | None]:
    """The same for many; in one query for every two hundred."""
    found: dict[str, Organisation | None] = {}
    for some in batched(sorted(set(texts)), 200):
        codes = {text: code.group() for text in some if (code := _CODE.search(text.upper()))}
        wanted = models.Q(code__in=set(codes.values()))
        for text in some:
            if text not in codes:
                wanted |= models.Q(legal_name__iexact=text) | models.Q(short_name__iexact=text)
        by_code: dict[str, Organisation] = {}
        by_name: dict[str, set[Organisation]] = defaultdict(set)
        for one in Organisation.objects.filter(wanted):
            by_code[one.code] = one
            for name in (one.legal_name, one.short_name):
                by_name[name.casefold()].add(one)
        for text in some:
            if text in codes:
                found[text] = by_code.get(codes[text])
            else:
                named = list(by_name[text.casefold()])
                found[text] = named[0] if len(named) == 1 else None
    return found


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


def structure_of(definition: Definition, lines: Sequence[Line]) -> list[Line]:
    """What the lines of an indicator are about, without what they say."""
    before = [
        replace(line, total=MISSING, parts={}, note="")
        for line in lines
        if line.indicator == definition.code
        and line.whose in definition.version.whose
        and line.series in definition.version.series
    ]
    return list({line.key: line for line in before}.values())


def starting_lines(definition: Definition, organisation: Organisation, before: Sequence[Line]) -> list[Line]:
    """The rows that a new report offers: those of the report before it, without their numbers; else the home region."""
    if known := structure_of(definition, before):
        return known
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
