"""Deciding: a note that may be given, or a reason that must."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.forms.ruling import manner_field


class DecisionForm(forms.Form):
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Told to the people concerned and kept in the history."),
    )


class ReasonForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Told to the people concerned and kept in the history."),
        error_messages={
            "required": _("Please give a reason: it is told to the people concerned and kept in the history.")
        },
    )


class RulingForm(DecisionForm):
    """A decision that goes into the register of the committee."""

    manner = manner_field()
    field_order: tuple[str, ...] = ("manner", "note")


class RulingReasonForm(ReasonForm):
    """The same, where a reason must be given."""

    manner = manner_field()
    field_order = ("manner", "note")
