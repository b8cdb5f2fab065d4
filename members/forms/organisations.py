"""The profile of an organisation, with the checks that a roster goes through too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Region
from members import identifiers
from members.models import Organisation, Segment, Workforce
from members.roster import normalise


class ProfileForm(forms.ModelForm):
    """What representatives keep themselves. Name, type and country are the Office's."""

    other_names = forms.CharField(
        label=_("Names in other languages"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, with the code of its language: “de: Beispielwerke”. The directory finds them all."),
    )
    nace = forms.CharField(label=_("NACE codes"), required=False, help_text=_("For example 29.32; 45.2."))
    segments = forms.MultipleChoiceField(
        label=_("Value-chain segments"),
        choices=Segment.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    website = forms.CharField(label=_("Website"), required=False)
    pic = forms.CharField(
        label=_("PIC"), required=False, help_text=_("Nine digits, from the EU's Participant Register.")
    )
    oid = forms.CharField(label=_("Erasmus+ OID"), required=False, help_text=_("The letter E and eight digits."))
    seen = forms.IntegerField(widget=forms.HiddenInput)

    OFFICE_ONLY = ("legal_name", "member_type", "country")

    class Meta:
        model = Organisation
        fields = [
            "legal_name",
            "short_name",
            "other_names",
            "member_type",
            "country",
            "region",
            "description",
            "website",
            "email_domain",
            "address",
            "size_class",
            "segments",
            "nace",
            "vat",
            "pic",
            "oid",
            "national_id",
        ]
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "description": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "email_domain": _("What stands behind the @ in the addresses of your people."),
            "description": _("One or two sentences for the public directory."),
        }

    def __init__(self, *args: Any, is_office: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation = self.instance
        self.initial["other_names"] = "\n".join(
            f"{language}: {name}" for language, name in sorted(organisation.other_names.items())
        )
        self.initial["nace"] = "; ".join(organisation.nace)
        if not is_office:
            for name in self.OFFICE_ONLY:
                del self.fields[name]
        here = Region.objects.filter(level=2) | Region.objects.filter(pk=organisation.region_id)
        if not is_office:
            here = here.filter(Q(country=organisation.country_id) | Q(pk=organisation.region_id))
        region = self.fields["region"]
        region.queryset = here.select_related("country")  # type: ignore[attr-defined]
        region.help_text = _("The NUTS 2 region of the seat.")

    def _checked(self, name: str, check: Callable[[str], Any], empty: Any = "") -> Any:
        text = (self.cleaned_data.get(name) or "").strip()
        if not text:
            return empty
        try:
            return check(text)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean_legal_name(self) -> str:
        return " ".join(self.cleaned_data["legal_name"].split())

    def clean_other_names(self) -> dict[str, str]:
        return self._checked("other_names", normalise.clean_other_names, {})

    def clean_nace(self) -> list[str]:
        return self._checked("nace", normalise.clean_nace, [])

    def clean_segments(self) -> list[str]:
        return sorted(self.cleaned_data["segments"], key=Segment.values.index)

    def clean_website(self) -> str:
        return self._checked("website", normalise.clean_website)

    def clean_email_domain(self) -> str:
        return self._checked("email_domain", normalise.clean_domain)

    def clean_pic(self) -> str:
        return self._checked("pic", identifiers.clean_pic)

    def clean_oid(self) -> str:
        return self._checked("oid", identifiers.clean_oid)

    def clean_national_id(self) -> str:
        return self._checked("national_id", identifiers.clean_national_id)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        country = data.get("country") or self.instance.country
        if data.get("vat"):
            try:
                data["vat"] = identifiers.clean_vat(data["vat"], country.pk)
            except ValueError as problem:
                self.add_error("vat", str(problem))
        region = data.get("region")
        if region and region.country_id != country.pk:
            self.add_error(
                "region",
                _("The region %(region)s is in %(there)s, not in %(here)s.")
                % {"region": region, "there": region.country, "here": country},
            )
        self._check_taken(data)
        return data

    def _check_taken(self, data: dict[str, Any]) -> None:
        """A number that another organisation has is told at its field."""
        for name in ("vat", "pic", "oid"):
            value = data.get(name)
            other = Organisation.objects.filter(**{name: value}).exclude(pk=self.instance.pk).first() if value else None
            if other:
                self.add_error(name, _("%(code)s has this number already.") % {"code": other.code})

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class WorkforceForm(forms.ModelForm):
    class Meta:
        model = Workforce
        fields = ["year", "people", "source"]
        labels = {"people": _("People who work in the automotive sector")}
        help_texts = {"source": _("For example: annual report, own count.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year - 1

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not 2000 <= year <= timezone.localdate().year:
            raise forms.ValidationError(_("Please give a year from 2000 to now."))
        return year

    def clean_people(self) -> int:
        people: int = self.cleaned_data["people"]
        if people > 5_000_000:
            raise forms.ValidationError(_("This is more than any organisation of the sector employs."))
        return people

    def validate_unique(self) -> None:
        """The same year again replaces the number."""
