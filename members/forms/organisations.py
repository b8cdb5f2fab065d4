"""The profile of an organisation, with the checks that a roster goes through too."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, cast

from babel import Locale
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.geography import older
from core.geography.shapes import nuts_code
from core.models import Country, Region
from core.text import fold
from members import identifiers
from members.models import Organisation, Segment, Workforce
from members.roster import cells

LANGUAGES = (
    "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv bs ca eu gl is lb mk no ru sq sr tr uk"
)


class ProfileForm(forms.ModelForm):
    """What representatives keep themselves. Name, type and country are the Office's."""

    aliases = forms.CharField(
        label=_("Also known as"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Former names and other spellings, one a line. Searches and rosters find the organisation by them."
        ),
    )
    region = forms.CharField(
        label=_("NUTS region"),
        required=False,
        max_length=120,
        help_text=_("Code or name of the region of the seat, best of level 2: “CZ08”."),
    )
    nace = forms.CharField(
        label=_("NACE codes"), required=False, help_text=_("Of Rev. 2 or 2.1, for example 29.32; 45.2.")
    )
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
            "aliases",
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
        self.initial["aliases"] = "\n".join(organisation.aliases)
        self.initial["region"] = organisation.region.code if organisation.region else ""
        self.initial["nace"] = "; ".join(organisation.nace)
        if not is_office:
            for name in self.OFFICE_ONLY:
                del self.fields[name]
        self.fields["region"].widget = Suggesting(self._regions_here, attrs={"autocomplete": "off"})

    def _regions_here(self) -> list[tuple[str, str]]:
        here = Region.objects.filter(country=self.instance.country_id, level=2)
        return list(here.values_list("code", "name_latin"))

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

    def clean_aliases(self) -> list[str]:
        lines = (" ".join(line.split()) for line in self.cleaned_data["aliases"].splitlines())
        names = list(dict.fromkeys(line for line in lines if line))
        if any(len(name) > 250 for name in names):
            raise forms.ValidationError(_("A name has at most 250 characters."))
        return names

    def clean_nace(self) -> list[str]:
        return self._checked("nace", cells.clean_nace, [])

    def clean_segments(self) -> list[str]:
        return sorted(self.cleaned_data["segments"], key=Segment.values.index)

    def clean_website(self) -> str:
        return self._checked("website", cells.clean_website)

    def clean_email_domain(self) -> str:
        return self._checked("email_domain", cells.clean_domain)

    def clean_pic(self) -> str:
        return self._checked("pic", identifiers.clean_pic)

    def clean_oid(self) -> str:
        return self._checked("oid", identifiers.clean_oid)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        country = data.get("country") or self.instance.country
        for name, check in (("vat", identifiers.clean_vat), ("national_id", identifiers.clean_national_id)):
            if data.get(name):
                try:
                    data[name] = check(data[name], country.pk)
                except ValueError as problem:
                    self.add_error(name, str(problem))
        if "region" in data:
            try:
                data["region"] = find_region(data["region"], country)
            except ValueError as problem:
                self.add_error("region", str(problem))
        self._check_taken(data)
        return data

    def _check_taken(self, data: dict[str, Any]) -> None:
        """A number that another organisation has is told at its field."""
        for name in ("vat", "pic", "oid"):
            value = data.get(name)
            other = Organisation.objects.filter(**{name: value}).exclude(pk=self.instance.pk).first() if value else None
            if other:
                self.add_error(name, _("%(code)s has this number already.") % {"code": other.code})
        country = data.get("country") or self.instance.country
        same = Organisation.objects.filter(country=country, national_id=data.get("national_id") or "")
        if data.get("national_id") and (other := same.exclude(pk=self.instance.pk).first()):
            self.add_error("national_id", _("%(code)s has this number already.") % {"code": other.code})

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class Suggesting(forms.TextInput):
    """A text field with suggestions; what is typed is what counts."""

    template_name = "members/widgets/suggesting.html"

    def __init__(self, suggestions: Callable[[], list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = list_id = f"{name}-suggestions"
        return {**context, "list_id": list_id, "suggestions": self.suggestions()}


def find_region(text: str, country: Country) -> Region | None:
    """The region meant by a code, a name, or "name (code)". Raises ValueError with a sentence: unknown, of an older
    version of NUTS, or of another country."""
    text = " ".join(text.split())
    if not text:
        return None
    in_brackets = re.search(r"\(([A-Za-z]{2}\w{1,3})\)$", text)
    code = nuts_code(in_brackets[1] if in_brackets else text.replace(" ", ""))
    found = Region.objects.filter(code=code, level__gte=1).order_by("-version").select_related("country").first()
    if found is None:
        here = Region.objects.filter(country=country, level__gte=1).select_related("country").order_by("level")
        found = next((one for one in here if fold(text) in {fold(one.name), fold(one.name_latin)}), None)
    if found is None:
        unknown = _("“%(text)s” is no NUTS region of %(country)s.") % {"text": text, "country": country}
        raise ValueError(older.explain(code) or unknown)
    if found.country_id != country.pk:
        raise ValueError(
            _("The region %(region)s is in %(there)s, not in %(here)s.")
            % {"region": found, "there": found.country, "here": country}
        )
    return found


@cache
def languages() -> list[tuple[str, str]]:
    """Those of Europe in which a name may be given, by their English names."""
    return sorted(((code, str(Locale("en").languages[code])) for code in LANGUAGES.split()), key=lambda one: one[1])


class NameForm(forms.Form):
    """One row of the names in other languages; a row without a name is no row."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    name = forms.CharField(label=_("Name"), required=False, max_length=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", "–"), *languages()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["name"] = " ".join((data.get("name") or "").split())
        if data["name"] and not data.get("language") and "language" not in self.errors:
            self.add_error("language", _("Which language is this name in?"))
        return data


class _NameRows(forms.BaseFormSet):
    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            language = data.get("language") if data.get("name") else ""
            if language in seen:
                form.add_error("language", _("There is a name in this language already."))
            elif language:
                seen.add(language)

    def names(self) -> dict[str, str]:
        rows = (form.cleaned_data for form in self.forms)
        return {row["language"]: row["name"] for row in rows if row.get("name")}


NameRows = forms.formset_factory(NameForm, formset=_NameRows, extra=2, max_num=len(LANGUAGES.split()))


def name_rows(organisation: Organisation, data: Any = None) -> _NameRows:
    initial = [{"language": code, "name": name} for code, name in sorted(organisation.other_names.items())]
    return cast(_NameRows, NameRows(data, prefix="names", initial=initial))


class WorkforceForm(forms.ModelForm):
    class Meta:
        model = Workforce
        fields = ["year", "people", "source"]
        labels = {"people": _("People who work in the automotive sector")}
        help_texts = {"source": _("For example: annual report, own count.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year - 1
        self.fields["source"].required = True

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
