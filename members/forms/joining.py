"""Forms by which people are invited and organisations apply."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from core.models import MemberType
from members.models import Application, Invitation, Organisation

SECONDS_TO_WRITE = 3
_clock = signing.TimestampSigner(salt="members.apply")


def _only_a_name(text: str) -> str:
    """Refuse what no name has: an address of a website, or a second line. Names stand in letters that the portal sends
    to whatever address was typed in: there is no room in them for somebody else's message."""
    if "://" in text or "www." in text.lower() or len(text.splitlines()) > 1:
        raise forms.ValidationError(_("Please write the name alone: one line, without an address of a website."))
    return text


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


class ApplicationForm(forms.ModelForm):
    """What a visitor tells about the organisation that wants to join."""

    data: Any
    notice = forms.BooleanField(
        label=_("I have read the privacy notice"),
        help_text=_("It is linked below the form and at the foot of every page."),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    website = forms.URLField(
        label=_("Website"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url", "placeholder": "https://"}),
    )

    class Meta:
        model = Application
        fields = [
            "organisation_name",
            "member_type",
            "country",
            "website",
            "contact_name",
            "email",
            "motivation",
        ]
        widgets = {
            "organisation_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "contact_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "motivation": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "organisation_name": _("The legal name, as in the register."),
            "email": _("We send a link to it, by which you confirm and follow the application."),
            "motivation": _("What your organisation does for skills in the sector, and what it wants to take part in."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member_type: Any = self.fields["member_type"]
        member_type.queryset = MemberType.objects.active()
        self.initial["opened"] = _clock.sign("open")

    def clean_organisation_name(self) -> str:
        return _only_a_name(self.cleaned_data["organisation_name"])

    def clean_contact_name(self) -> str:
        return _only_a_name(self.cleaned_data["contact_name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            _clock.unsign(data.get("opened", ""), max_age=timedelta(days=2))
            too_fast = _age(data["opened"]) < SECONDS_TO_WRITE
        except signing.BadSignature:
            too_fast = True
        if too_fast:
            # A programme fills in a form at once; a person who was very quick sends it a second time and is through.
            self.data = {**self.data.dict(), "opened": self.initial["opened"]}
            raise forms.ValidationError(_("Please look over your application once more, and send it again."))
        del data["opened"]
        data.pop("notice", None)  # that it was ticked is recorded with the application
        return data


def _age(signed: str) -> float:
    """Seconds since it was signed."""
    return time.time() - signing.b62_decode(signed.split(":")[-2])


class AnswerForm(forms.Form):
    note = forms.CharField(label=_("Your answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class QuestionForm(forms.Form):
    note = forms.CharField(
        label=_("Your question"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is sent to the applicant, who answers through the personal link."),
    )


class DeclineForm(forms.Form):
    note = forms.CharField(
        label=_("The reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is sent to the applicant and kept in the history."),
    )


class AcceptForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=_("Which organisation is it?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("A new one: put it on record"),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("A word to the applicant"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.resembling(application.name_key, application.email_domain)
        is_decided = application.status in {Application.Status.ACCEPTED, Application.Status.DECLINED}
        if is_decided or not field.queryset.exists():
            del self.fields["organisation"]

    def clean_organisation(self) -> Organisation | None:
        """A page that was opened before the organisation was put on record has not asked whether it is this one."""
        if self.add_prefix("organisation") not in self.data:
            raise forms.ValidationError(_("This was put on record in the meantime: say whether it is the same."))
        chosen: Organisation | None = self.cleaned_data["organisation"]
        return chosen
