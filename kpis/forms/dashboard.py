"""The choice of the dashboard as a form in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import Series
from kpis.selection import Selection


class SelectionForm(forms.Form):
    """Shows what holds; what was asked is read by Selection.of, which leaves out what makes no sense."""

    year = forms.ChoiceField(label=_("Year"))
    indicator = forms.ChoiceField(label=_("Indicator"))
    series = forms.ChoiceField(label=_("Figures"), choices=Series.choices)
    country = forms.ChoiceField(label=_("Country"))
    member_type = forms.ChoiceField(label=_("Member type"))
    base = forms.CharField(widget=forms.HiddenInput)
    edition = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        chosen: Selection,
        *,
        years: Sequence[int],
        indicators: Mapping[str, str],
        countries: Mapping[str, str],
        member_types: Mapping[str, str],
        has_plans: bool,
    ) -> None:
        super().__init__(initial=chosen.__dict__, auto_id="choose_%s")
        lists: dict[str, list[Any]] = {
            "year": [(year, str(year)) for year in years],
            "indicator": [(code, f"{code}: {name}") for code, name in indicators.items()],
            "country": [("", _("all countries")), *countries.items()],
            "member_type": [("", _("all member types")), *member_types.items()],
        }
        for name, choices in lists.items():
            field: Any = self.fields[name]
            field.choices = choices
        if not has_plans:
            del self.fields["series"]
        for name in ("base", "edition"):
            if not getattr(chosen, name):
                del self.fields[name]
        for field in self.fields.values():
            field.required = False  # the browser would refuse the empty choice, which means all
