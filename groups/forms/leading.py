"""Who leads a group, and how organisations come into it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import Group, GroupRole
from groups.services.leading import may_lead
from members.models import Organisation, User


class AdmissionForm(forms.Form):
    admission = forms.ChoiceField(label=_("Who may join"), choices=Group.Admission.choices, widget=forms.RadioSelect)


class AppointForm(forms.Form):
    """Cleans to the arguments of the service: user, organisation, role, note."""

    person = forms.ChoiceField(
        label=_("Person"), help_text=_("Representatives and alternates of the organisations in the group.")
    )
    role = forms.ChoiceField(
        label=_("As"),
        choices=[
            (GroupRole.Role.LEAD.value, _("Lead, in place of the present one")),
            (GroupRole.Role.CO_LEAD.value, _("Co-lead")),
        ],
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(f"{user.pk}:{body.pk}", f"{user} – {body}") for user, body in may_lead(group)]
        self.fields["person"].choices = [("", _("Choose …")), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        user, _colon, organisation = data.pop("person", "").partition(":")
        if user:
            data["user"] = User.objects.get(pk=user)
            data["organisation"] = Organisation.objects.get(pk=organisation)
        return data
