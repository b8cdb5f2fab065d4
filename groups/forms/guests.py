"""Opening a group or a plan to a guest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from groups.models import Group


class GuestForm(forms.Form):
    """Cleans to the arguments of the service."""

    name = forms.CharField(label=_("Full name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The invitation goes there. With it the person signs in, or makes an account."),
    )
    plan_id = forms.TypedChoiceField(label=_("What is opened"), required=False, coerce=int, empty_value=None)
    until = DayField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day; at most a year from now."),
    )
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Told to the guest and kept in the history."),
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = group.plans.order_by("-year", "-version")
        for plan in plans:
            plan.group = group
        self.fields["plan_id"].choices = [  # type: ignore[attr-defined]
            ("", _("The whole workspace")),
            *((plan.pk, str(plan)) for plan in plans),
        ]


class GuestDayForm(forms.Form):
    """Another last day for who is a guest."""

    until = DayField(
        label=_("New last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most a year from now."),
    )
