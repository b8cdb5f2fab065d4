"""Forms of decisions and rounds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.models import IndicatorVersion
from kpis.models import Round
from members.models import today


class ReasonForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        help_text=_("It is told to the organisation and kept in the history."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RemarkForm(forms.Form):
    note = forms.CharField(label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class RoundForm(forms.ModelForm):
    """Plans a round for the current definitions of the indicators."""

    indicators = forms.MultipleChoiceField(label=_("Indicators"), widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Round
        fields = ["year", "period", "opens", "closes"]
        widgets = {
            "opens": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closes": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = (
            IndicatorVersion.objects.current().reported().select_related("indicator").order_by("indicator__order")
        )
        choices: Any = self.fields["indicators"]
        choices.choices = [(one.indicator.code, f"{one.indicator.code}: {one.name}") for one in versions]
        choices.initial = [code for code, _name in choices.choices]
        self.fields["year"].initial = today().year

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        opens, closes = said.get("opens"), said.get("closes")
        if opens and closes and closes < opens:
            self.add_error("closes", _t("The round cannot close before it opens."))
        return said
