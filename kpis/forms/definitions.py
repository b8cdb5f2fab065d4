"""The forms of a new version of an indicator: what it says, and from when it holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.catalogues.indicators import LAST_YEAR
from core.models import Breakdown, IndicatorVersion, Series, Whose
from kpis.selectors.definitions import contents_of, state_of


class DefinitionForm(forms.Form):
    """`seen` says what the person had before them."""

    name = forms.CharField(label=_("Name"), max_length=160)
    short_name = forms.CharField(label=_("Short name"), max_length=60)
    definition = forms.CharField(
        label=_("What counts"),
        max_length=4000,
        help_text=_("In words that a reporter can act on."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    unit = forms.CharField(label=_("Unit"), max_length=40)
    series = forms.MultipleChoiceField(label=_("Figures"), choices=Series.choices, widget=forms.CheckboxSelectMultiple)
    whose = forms.MultipleChoiceField(
        label=_("Whose workers"), choices=Whose.choices, widget=forms.CheckboxSelectMultiple
    )
    breakdowns = forms.MultipleChoiceField(label=_("Breakdowns"), required=False, widget=forms.CheckboxSelectMultiple)
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: IndicatorVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["breakdowns"].choices = list(Breakdown.objects.values_list("code", "name"))
        self.initial = {**contents_of(version), "seen": state_of(version)}

    def clean_series(self) -> list[str]:
        """Plans are held against what was achieved."""
        chosen: list[str] = self.cleaned_data["series"]
        if Series.ACHIEVED not in chosen:
            raise forms.ValidationError(_("What was achieved is always asked for."))
        return chosen

    def clean_whose(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["whose"]
        if Whose.OWN not in chosen:
            raise forms.ValidationError(
                _("The organisation's own workers are always asked for: without them nobody can be counted once.")
            )
        return chosen


class PublishVersionForm(forms.Form):
    """`first`: the first year from which the version may hold."""

    from_year = forms.IntegerField(label=_("In force from the figures of"), max_value=LAST_YEAR)
    note = forms.CharField(
        label=_("Why it changes"),
        max_length=2000,
        help_text=_("It is kept in the history."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: IndicatorVersion, first: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first = first
        self.fields["from_year"].widget.attrs["min"] = first
        self.fields["from_year"].help_text = _t(
            "A year from %(first)s on. For the years before, figures were asked for by an earlier version."
        ) % {"first": first}
        self.initial = {"from_year": first, "seen": state_of(version)}
