"""Forms of skills profiles."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.catalogues.indicators import LAST_YEAR
from core.models import SkillsProfile
from kpis.services.profiles import RESERVED

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# Occupations and skills have a UUID, groups of occupations the code of ISCO-08. ESCO's identifiers say http: they are
# names, and not written with https.
ESCO_URI = re.compile(rf"http://data\.europa\.eu/esco/(?:(?:occupation|skill)/{_UUID}|isco/C\d{{1,4}})")
ESCO_VERSION = re.compile(r"v?(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)")

_CODE = RegexValidator(
    r"^[a-z0-9][a-z0-9-]*\Z", _("A code has small letters, digits and dashes, for example battery-cell-operator.")
)


def _note(label: str | Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        help_text=_("It is kept in the history."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ProfileForm(forms.Form):
    """What is on record about a profile; its code stays."""

    label = forms.CharField(
        label=_("Label"), max_length=160, help_text=_("As the source has it: the preferred label, or the job role.")
    )
    source = forms.ChoiceField(label=_("Source"), choices=SkillsProfile.Source.choices, widget=forms.RadioSelect)
    uri = forms.CharField(
        label=_("Address at the source"),
        required=False,
        max_length=300,
        help_text=_(
            "For ESCO: the URI of the occupation or skill, "
            "http://data.europa.eu/esco/occupation/… with its 36 characters. For a job role: a web address, if there "
            "is one."
        ),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    version = forms.CharField(
        label=_("Version of the source"),
        required=False,
        max_length=20,
        help_text=_("For ESCO: the one from which the label was copied, for example v1.2.0."),
    )
    note = _note(_("Why it changes"), required=True)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        uri, version = said.get("uri", "").strip(), said.get("version", "").strip()
        if said.get("source") == SkillsProfile.Source.ESCO:
            said |= {"uri": self._esco_uri(uri), "version": self._esco_version(version)}
        elif uri and "uri" not in self.errors:
            try:
                said["uri"] = forms.URLField(assume_scheme="https").clean(uri)
            except forms.ValidationError as problem:
                self.add_error("uri", problem)
        return said

    def _esco_uri(self, uri: str) -> str:
        uri = uri.lower().replace("/isco/c", "/isco/C")  # people copy it in any case; ESCO writes it like this
        if ESCO_URI.fullmatch(uri):
            return uri
        if uri.startswith("https://data.europa.eu/"):
            message = _t("ESCO's identifiers begin with http://, not https://.")
        elif not uri:
            message = _t("A profile of ESCO has its URI.")
        else:
            message = _t(
                "This is no URI of ESCO: it is http://data.europa.eu/esco/occupation/ (or skill/) and then 32 digits "
                "from 0 to f in groups of 8, 4, 4, 4 and 12."
            )
        self.add_error("uri", message)
        return ""

    def _esco_version(self, version: str) -> str:
        if found := ESCO_VERSION.fullmatch(version.lower()):
            return f"v{found[1]}"
        self.add_error("version", _t("A profile of ESCO has the version that its label is from, for example v1.2.0."))
        return ""


class NewProfileForm(ProfileForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        validators=[_CODE],
        help_text=_("Files name the profile by it; it never changes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    note = _note(_("Why it is added"), required=False)
    field_order = ["code", "label", "source", "uri", "version", "note"]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code in RESERVED:
            raise forms.ValidationError(_("The code “%(code)s” is taken."), params={"code": code})
        return code


class WithdrawForm(forms.Form):
    """`first`: the first year from which the profile can be left out."""

    from_year = forms.IntegerField(label=_("Not offered from the reports of"), max_value=LAST_YEAR)
    note = _note(_("Reason"), required=True)

    def __init__(self, *args: Any, first: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_year"].widget.attrs["min"] = first
        self.initial = {"from_year": first}


class RestoreForm(forms.Form):
    note = _note(_("Reason"), required=True)
