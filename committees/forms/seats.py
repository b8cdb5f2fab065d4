"""Giving, ending and handing over a seat."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core.forms import DayField
from members.models import Organisation, Representation, User, today


def _people() -> list[tuple[str, str]]:
    """Everybody who represents a member today, by name, each with the organisation that they would sit for."""
    rows = (
        Representation.objects.current()
        .of_members()
        .filter(user__is_active=True)
        .select_related("user", "organisation")
        .order_by("user__name", "user__email", "organisation__legal_name")
    )
    found = {f"{row.user_id}:{row.organisation_id}": f"{row.user} – {row.organisation}" for row in rows}
    return [("", str(_("Choose …"))), *found.items()]


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return DayField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class _PersonForm(forms.Form):
    """Cleans to the arguments of the services: user, organisation, days, note."""

    person = forms.ChoiceField(label=_("Person"), choices=_people, help_text=_("Sits there on behalf of the member."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        user, _colon, organisation = data.pop("person", "").partition(":")
        if user:
            data["user"] = User.objects.get(pk=user)
            data["organisation"] = Organisation.objects.get(pk=organisation)
        return data


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as the vote or the letter behind it. Kept in the history."),
    )


class GiveSeatForm(_PersonForm):
    role = forms.ChoiceField(label=_("Role"), choices=Seat.Role.choices, initial=Seat.Role.MEMBER)
    starts = _day(_("First day"))
    ends = _day(_("Last day"), _("Empty while it is open."), required=False)
    note = _note()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts"].initial = today


class HandOverForm(_PersonForm):
    first_day = _day(_("First day of the new term"), _("The present term ends on the day before: there is no gap."))
    ends = _day(_("Last day of the new term"), _("Empty while it is open."), required=False)
    note = _note()


class EndSeatForm(forms.Form):
    last_day = _day(_("Last day"), _("From the day after, the seat gives no right."))
    note = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Please give a reason: it is kept in the history.")},
    )
