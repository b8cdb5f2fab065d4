"""Suspending, ending and starting a membership; finding one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from members.models import Membership, today

_TOLD = _("Told to the primary contacts and kept in the history.")
_day = {"type": "date"}


class ReasonForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_TOLD
    )


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_TOLD
    )


class EndForm(ReasonForm):
    last_day = DayField(
        label=_("Last day of the membership"),
        widget=forms.DateInput(attrs=_day, format="%Y-%m-%d"),
        help_text=_("Today or before: it ends at once. A later day: everything stays as it is until then."),
    )
    field_order = ["last_day", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("last_day", today())


class StartForm(NoteForm):
    starts = DayField(label=_("Member from"), widget=forms.DateInput(attrs=_day, format="%Y-%m-%d"))
    tier = forms.CharField(label=_("Tier"), required=False, max_length=40)
    field_order = ["starts", "tier", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("starts", today())


class MembershipFilter(forms.Form):
    q = forms.CharField(label=_("Organisation"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *Membership.Status.choices, ("ending", _("End announced"))],
    )
