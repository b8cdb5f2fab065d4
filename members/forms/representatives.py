"""Giving and ending roles in an organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from members.models import Representation, today


class RolesForm(forms.Form):
    """All roles of one person in one organisation. None left means that the person leaves."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Representation.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A primary contact speaks for the organisation, confirms its figures and invites others. A KPI reporter "
            "fills in the figures. Delegates and alternates take part in groups. A role that you untick ends at once."
        ),
    )


class EndRoleForm(forms.Form):
    last_day = DayField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today: the rights end at once. A later day: they end when it is over."),
    )
    note = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Told to the person and the primary contacts, and kept in the history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("last_day", today())
