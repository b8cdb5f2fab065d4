"""Being forgotten: asking for it, deciding on it; and reading the notice."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ErasureForm(forms.Form):
    words = forms.CharField(
        label=_("Do you want to say something about it?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You need not give a reason."),
    )
    understood = forms.BooleanField(
        label=_("I understand that my account and my roles end, and that this cannot be undone.")
    )


class DeclineForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Told to the person and kept in the history."),
    )
