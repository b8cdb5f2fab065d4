"""Forms of rounds: planning and changing one, opening it again, who is expected to report, reminding them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from core.models import IndicatorVersion
from kpis.forms.adding import find_organisation
from kpis.models import Round
from kpis.services.rounds import LONGEST
from members.models import Organisation, today


class DaysField(forms.CharField):
    """Days before a close, as "14, 7, 1, -7"; a minus means after it."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        words = re.split(r"[\s,;]+", text.replace("−", "-").replace("–", "-").strip(" ,;"))
        days = []
        for word in filter(None, words):
            if not re.fullmatch(r"[+-]?\d{1,4}", word) or abs(int(word)) > LONGEST:
                raise forms.ValidationError(
                    _("“%(word)s” is not a number of days from -%(most)s to %(most)s."),
                    params={"word": word, "most": LONGEST},
                )
            days.append(int(word))
        return sorted(set(days), reverse=True)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoundForm(forms.ModelForm):
    """Plans a round for the current definitions of the indicators, or changes one."""

    indicators = forms.MultipleChoiceField(label=_("Indicators"), widget=forms.CheckboxSelectMultiple)
    reminder_days = DaysField(
        label=_("Reminders"),
        required=False,
        help_text=_(
            "Days before the last day on which those who have not reported are reminded; a minus means after it."
        ),
    )

    class Meta:
        model = Round
        fields = ["year", "period", "opens", "closes"]
        field_classes = {"opens": DayField, "closes": DayField}
        widgets = {"opens": _day(), "closes": _day()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = (
            IndicatorVersion.objects.current().reported().select_related("indicator").order_by("indicator__order")
        )
        fields: Any = self.fields
        fields["indicators"].choices = [(one.indicator.code, f"{one.indicator.code}: {one.name}") for one in versions]
        fields["reminder_days"].initial = self.instance.reminder_days
        if self.instance.pk:
            codes = self.instance.indicators.values_list("indicator__code", flat=True)
            fields["indicators"].initial = list(codes)
        else:
            fields["indicators"].initial = [code for code, _name in fields["indicators"].choices]
            fields["year"].initial = today().year

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        opens, closes = said.get("opens"), said.get("closes")
        if opens and closes and closes < opens:
            self.add_error("closes", _t("The round cannot close before it opens."))
        return said


class RoundEditForm(RoundForm):
    """Year and period stay; once the round is open, so do its first day and its indicators."""

    note = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        help_text=_("Needed when the last day of an open round changes; those expected to report are told."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta(RoundForm.Meta):
        fields = ["opens", "closes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.status == Round.Status.OPEN:
            for name in ("opens", "indicators"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        one, closes = self.instance, said.get("closes")
        stored = Round.objects.get(pk=one.pk)  # the form has put what it says into its own
        moved = closes is not None and stored.status == Round.Status.OPEN and stored.closes != closes
        if moved and closes is not None and closes < today():
            self.add_error("closes", _t("The last day lies in the past. To end the round now, close it."))
        if moved and not (said.get("note") or "").strip():
            self.add_error("note", _t("Please say why the last day changes: those who report are told."))
        return said


class RoundReopenForm(forms.Form):
    closes = DayField(label=_("New last day"), widget=_day())
    note = forms.CharField(
        label=_("Reason"),
        help_text=_("Those expected to report are told."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_closes(self) -> Any:
        closes = self.cleaned_data["closes"]
        if closes < today():
            raise forms.ValidationError(_("Choose a last day that is today or later."))
        return closes


class ReleaseForm(forms.Form):
    """Takes an organisation off the list."""

    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class OrganisationForm(forms.Form):
    """Names one organisation of the portal; the page offers the names in the list `organisations`."""

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=300,
        help_text=_("Its name, or its portal code such as ORG-00042."),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )

    def clean_organisation(self) -> Organisation:
        found = find_organisation(self.cleaned_data["organisation"])
        if found is None:
            raise forms.ValidationError(_("There is no such organisation in the portal. Choose one from the list."))
        return found


class ExpectForm(OrganisationForm):
    """Adds an organisation to those expected to report."""

    note = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays with the round."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RemindForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("Message"),
        required=False,
        help_text=_("It stands in the e-mail under the portal's own words, and in the history of each report."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_seen(self) -> int:
        return self.cleaned_data["seen"] or 0
