"""Writing a commitment and telling how it goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Indicator, IndicatorVersion
from members.models import Commitment, CommitmentProgress


class CommitmentForm(forms.ModelForm):
    class Meta:
        model = Commitment
        fields = ["text", "principle", "indicator", "number", "by_year"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "text": _("In your own words, so that others see what you will do."),
            "indicator": _("What you count, if the commitment can be counted."),
            "number": _("In the unit of the indicator, from now until the end of that year."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator: Any = self.fields["indicator"]
        indicator.queryset = Indicator.objects.filter(computed=False)
        names = dict(IndicatorVersion.objects.current().values_list("indicator", "name"))
        indicator.label_from_instance = lambda one: f"{one.code} {names.get(one.pk, '')}".strip()
        indicator.empty_label = _("None: it cannot be counted")
        self.fields["by_year"].initial = timezone.localdate().year + 1

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).strip()

    def clean_by_year(self) -> int:
        year: int = self.cleaned_data["by_year"]
        this = timezone.localdate().year
        if year != self.instance.by_year and not this <= year <= this + 20:
            raise forms.ValidationError(
                _("Please give a year from %(from)s to %(to)s."), params={"from": this, "to": this + 20}
            )
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("indicator") and not data.get("number") and "number" not in self.errors:
            self.add_error("number", _("How many? Or choose no indicator."))
        if data.get("number") and not data.get("indicator") and "indicator" not in self.errors:
            self.add_error("indicator", _("Of what is this the number?"))
        return data


class ProgressForm(forms.ModelForm):
    """How far it is, as of a year."""

    class Meta:
        model = CommitmentProgress
        fields = ["year", "number", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"number": _("From the beginning up to the end of that year.")}

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year
        if commitment.indicator is None:
            del self.fields["number"]
            self.fields["note"].required = True

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not 2020 <= year <= timezone.localdate().year:
            raise forms.ValidationError(_("Please give a year from 2020 to now."))
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("number") is None and not (data.get("note") or "").strip() and not self.errors:
            raise forms.ValidationError(_("Please give a number, or say in words how it goes."))
        return data
