"""Forms by which people are invited."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Invitation


class InvitationForm(forms.ModelForm):
    class Meta:
        model = Invitation
        fields = ["email", "name", "role"]
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        help_texts = {
            "role": _(
                "A primary contact speaks for the organisation, confirms its figures and invites others. "
                "A KPI reporter fills in the figures. Delegates and alternates take part in groups."
            ),
        }

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()
