"""Asking to join a group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import Group, GroupMembership
from members.models import Organisation, User


class PeopleForm(forms.Form):
    """Who speaks for the organisation in the group: one of its own people, and others in their place."""

    representative = forms.ModelChoiceField(
        label=_("Representative"),
        queryset=User.objects.none(),
        help_text=_("Who speaks for your organisation in the group."),
    )
    alternates = forms.ModelMultipleChoiceField(
        label=_("Alternates"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who may stand in, and hears of what happens too."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speaks = organisation.representations.current().filter(user__is_active=True)
        people = User.objects.filter(pk__in=speaks.values("user")).order_by("name", "email")
        for name in ("representative", "alternates"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        if people.count() < 2:
            del self.fields["alternates"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("representative") and data["representative"] in data.get("alternates", []):
            self.add_error("alternates", _("The representative cannot be an alternate as well."))
        return data


class InviteForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose …"),
        help_text=_("Members of the alliance that do not take part. One that has asked to join is admitted at once."),
    )
    message = forms.CharField(
        label=_("Why it is invited"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the people of the organisation, who answer the invitation."),
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = GroupMembership.objects.filter(
            group=group, status__in=[GroupMembership.Status.ACTIVE, GroupMembership.Status.INVITED]
        )
        free = Organisation.objects.members().exclude(pk__in=taken.values("organisation")).order_by("name_key", "pk")
        self.fields["organisation"].queryset = free  # type: ignore[attr-defined]


class JoinForm(PeopleForm):
    message = forms.CharField(
        label=_("What your organisation brings"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the lead, who decides on the request."),
    )
