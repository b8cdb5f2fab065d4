"""Writing an idea, offering to take part, and telling that a project comes of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.catalogues.models import FAMILIES
from core.forms import DayField
from core.geography.names import Countries
from core.models import Country, MemberType
from groups.forms.proposals import grouped_themes
from members.models import Organisation, Segment
from projects.models import Idea, Interest


class CountriesField(forms.CharField):
    """Countries by name in any language of the Union, or by code, with commas between. Cleans to a list of them."""

    def clean(self, value: Any) -> list[Country]:
        text = super().clean(value) or ""
        known, found, problems = Countries(), {}, []
        for name in filter(None, (part.strip() for part in text.replace(";", ",").replace("\n", ",").split(","))):
            country = known.find(name)
            if country is None:
                problems.append(
                    forms.ValidationError(_("No country is called “%(name)s”."), "unknown", {"name": name[:60]})
                )
            else:
                found[country.pk] = country
        if problems:
            raise forms.ValidationError(problems)
        return list(found.values())


def _types() -> list[tuple[str, list[tuple[str, str]]]]:
    """Under each family: all of it, and its single types."""
    by_family: dict[str, list[MemberType]] = {}
    for one in MemberType.objects.active():
        by_family.setdefault(one.family, []).append(one)
    return [
        (
            str(FAMILIES.get(family, family)),
            [
                *([(family, str(_("Any of these")))] if family in FAMILIES and len(types) > 1 else []),
                *((one.code, one.name) for one in types),
            ],
        )
        for family, types in by_family.items()
    ]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class IdeaForm(forms.ModelForm):
    use_required_attribute = False

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    organisation = forms.ModelChoiceField(
        label=_("On behalf of"), queryset=Organisation.objects.none(), empty_label=None
    )
    types = forms.MultipleChoiceField(
        label=_("Members that you look for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At least one, here or among the segments below."),
    )
    segments = forms.MultipleChoiceField(
        label=_("Segments of the value chain"),
        required=False,
        choices=Segment.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    countries = CountriesField(
        label=_("Countries that you look for"),
        required=False,
        max_length=600,
        help_text=_("Names or codes, with commas between: Slovakia, Österreich, PL. Empty: from anywhere."),
    )

    class Meta:
        model = Idea
        fields = ("title", "summary", "themes", "committee", "programme", "call", "deadline", "starts", "ends")
        field_classes = dict.fromkeys(("deadline", "starts", "ends"), DayField)
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 6}),
            "themes": forms.CheckboxSelectMultiple,
            "deadline": _day(),
            "starts": _day(),
            "ends": _day(),
        }
        labels = {"starts": _("Project would start"), "ends": _("Project would end")}
        help_texts = {
            "summary": _("What is to be there at the end, for whom, and what you bring yourself."),
            "committee": _("Its chair may recommend the idea."),
            "programme": _("For example Erasmus+, Horizon Europe, ESF+."),
            "call": _("Name or number of the call, if it has one."),
            "deadline": _("The search ends with this day, Brussels time."),
        }

    field_order = (
        "organisation title summary themes committee programme call deadline starts ends types segments countries"
    ).split()

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee"].empty_label = _("Choose …")  # type: ignore[attr-defined]
        self.fields["themes"].choices = grouped_themes()  # type: ignore[attr-defined]
        self.fields["themes"].error_messages["required"] = _("Choose at least one theme.")
        self.fields["types"].choices = _types()  # type: ignore[attr-defined]
        choice: Any = self.fields["organisation"]
        choice.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
        if len(organisations) == 1:
            choice.initial, choice.widget = organisations[0].pk, forms.HiddenInput()
            choice.required = False
        if self.instance.pk:  # who posted it stays who posted it
            del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("deadline"):
            draft = Idea(deadline=data["deadline"], starts=data.get("starts"), ends=data.get("ends"))
            for name, problem in draft.date_problems().items():
                if name not in self.errors:
                    self.add_error(name, problem)
        if not self.errors and not (data.get("types") or data.get("segments")):
            self.add_error("types", _("Say whom you look for: a kind of member, or a segment below."))
        return data

    def _post_clean(self) -> None:
        """The service writes; here nothing is put into the record."""

    @property
    def contents(self) -> dict[str, Any]:
        """What the services take."""
        data = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        codes = set(self.cleaned_data["types"])
        families = codes & FAMILIES.keys() - set(
            MemberType.objects.filter(code__in=codes).values_list("code", flat=True)
        )
        return {
            **data,
            "countries": self.cleaned_data["countries"],
            "member_types": list(MemberType.objects.filter(code__in=codes - families)),
            "profiles": [*sorted(families), *self.cleaned_data["segments"]],
        }


def contents_of(idea: Idea) -> dict[str, Any]:
    """What a saved idea says, by the fields of the form that are not its own columns."""
    profiles = list(idea.profiles.all())
    return {
        "revision": idea.revision,
        "types": [*(one.code for one in profiles if one.is_family), *(one.code for one in idea.member_types.all())],
        "segments": [one.code for one in profiles if not one.is_family],
        "countries": ", ".join(one.name for one in idea.countries.all()),
    }


class InterestForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=_("On behalf of"), queryset=Organisation.objects.none(), empty_label=None
    )
    role = forms.ChoiceField(label=_("Role that you offer"), choices=Interest.Role.choices)
    brings = forms.CharField(
        label=_("What you bring"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "People, laboratories, experience. It is read by those who posted the idea and by the ASA Office; once you"
            " are accepted, by every member."
        ),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=list(user.organisation_roles))
        field.label_from_instance = lambda one: one.shown_name
        if len(user.organisation_roles) == 1:
            field.initial = next(iter(user.organisation_roles))


class ApproachForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.members()  # type: ignore[attr-defined]


class PostponeForm(forms.Form):
    deadline = DayField(label=_("New deadline of the call"), widget=_day())
    note = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("All who are interested read it."),
    )


class AwardForm(forms.Form):
    acronym = forms.CharField(label=_("Acronym"), max_length=40)
    project_summary = forms.CharField(
        label=_("What the project does"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Everybody reads it on the public page of the project. What the idea says stays among members."),
    )
    grant_number = forms.CharField(label=_("Grant number"), max_length=60, required=False)
    starts = DayField(label=_("Start"), widget=_day())
    ends = DayField(label=_("End"), widget=_day())
    website = forms.URLField(label=_("Website"), required=False, max_length=200, assume_scheme="https")
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", _("The end lies before the start."))
        return data
