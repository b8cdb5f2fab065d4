"""Putting something to the committee, and answering."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.services.procedures import day_problem
from core.forms import DayField

MISSING = _("Please give a reason: it is told to the people concerned and kept in the history.")


class OpenProcedureForm(forms.Form):
    last_day = DayField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Silence adopts it when this day is over, Brussels time."),
    )
    question = forms.CharField(
        label=_("To the committee"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the seats should know or look at. It is told to all of them."),
    )

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if problem := day_problem(day):
            raise forms.ValidationError(problem)
        return day


class RemarkForm(forms.Form):
    """Support with a word if wanted, an objection with its reason, a remark."""

    def __init__(self, *args: Any, required: bool, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"] = forms.CharField(
            label=label,
            required=required,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("The committee reads it, and it stays in the history."),
            error_messages={"required": MISSING},
        )


def remark_form(verb: str, *args: Any, **kwargs: Any) -> RemarkForm:
    label = {"support": _("A word, if you want"), "comment": _("Remark")}.get(verb, _("Reason"))
    return RemarkForm(*args, required=verb != "support", label=label, **kwargs)
