"""Forms of decisions and rounds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        help_text=_("It is told to the organisation and kept in the history."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, told_to: str = "organisation", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if told_to == "office":
            self.fields["note"].help_text = _("It is told to whoever is concerned and kept in the history.")


class RemarkForm(forms.Form):
    note = forms.CharField(label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class SeenForm(forms.Form):
    """Carries what its page showed (kpis.seen), so that nothing else is approved."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class ApprovalForm(SeenForm, RemarkForm):
    def show(self, now: str) -> None:
        """The page shows things as they are `now`, also where the form comes back with what was typed."""
        self.initial["seen"] = now
        if self.is_bound:
            self.data = {name: self.data.get(name, "") for name in self.fields} | {"seen": now}


class ConfirmationForm(forms.Form):
    note = forms.CharField(
        label=_("Who of the member confirmed these figures?"),
        help_text=_("The name, the day, and how: by letter, e-mail or telephone. It stays with the report."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
