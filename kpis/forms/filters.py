"""Filters of lists and of the dashboard: they live in the address, and a value that makes no sense is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kpis.models import Report, Round
from members.models import Organisation


class ReportFilter(forms.Form):
    q = forms.CharField(label=_("Organisation"), required=False)
    round = forms.ModelChoiceField(Round.objects.all(), label=_("Round"), required=False, empty_label=_("all rounds"))
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, reports: QuerySet[Report], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        status: Any = self.fields["status"]
        status.choices = [("", _("every status")), *Report.Status.choices]
        rounds: Any = self.fields["round"]
        rounds.queryset = Round.objects.filter(pk__in=reports.values("round"))

    def apply(self, reports: QuerySet[Report]) -> QuerySet[Report]:
        self.is_valid()
        said = self.cleaned_data
        if said.get("q"):
            for word in said["q"].split()[:8]:
                reports = reports.filter(organisation__search_text__icontains=word)
        if said.get("round"):
            reports = reports.filter(round=said["round"])
        if said.get("status"):
            reports = reports.filter(status=said["status"])
        return reports


class DeskFilter(forms.Form):
    """Which of the expected reporters the desk shows, and in which queue it looks."""

    state = forms.ChoiceField(label=_("Report"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    type = forms.ChoiceField(label=_("Member type"), required=False)

    def __init__(self, said: Mapping[str, Any], *, organisations: Iterable[Organisation]) -> None:
        super().__init__({"state": "missing", **said}, auto_id="desk_%s")
        known = list(organisations)
        countries = {str(one.country_id): str(one.country) for one in known}
        types = {one.member_type.code: str(one.member_type) for one in known}
        fields: Any = self.fields
        fields["state"].choices = [("missing", _("not approved yet")), ("", _("every state")), *Report.Status.choices]
        for name, choices, empty in (
            ("country", countries, _("all countries")),
            ("type", types, _("all types")),
        ):
            fields[name].choices = [("", empty), *sorted(choices.items(), key=lambda choice: choice[1])]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data
