"""What the Office, coordinators and leads say about projects and initiatives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from core.geography.reference import NUTS_VERSION
from core.models import Country, Indicator, Region, Theme
from groups.forms.proposals import MembersField, NamesWidget
from members.models import Organisation
from projects.models import Initiative, Partner, Project
from projects.models.initiatives import CODE
from projects.services.keeping import seen, sources_of

WEB = URLValidator(schemes=["http", "https"])


def _day(**more: Any) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **more}, format="%Y-%m-%d")


class SourcesField(forms.CharField):
    """One source a line: what it is, then its address. Cleans to pairs."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        pairs, problems = [], []
        lines: dict[str, int] = {}  # where each is told
        for number, line in enumerate(str(super().clean(value) or "").splitlines(), start=1):
            label, _bar, url = (part.strip() for part in line.partition("|"))
            if not label and not url:
                continue
            try:
                if url:
                    WEB(url)
                if not label or len(label) > 200 or len(url) > 200:
                    raise ValidationError("")
            except ValidationError:
                problems.append(
                    ValidationError(
                        _("Line %(n)s: write what the source is, a bar and its address: Final report | https://…"),
                        params={"n": number},
                    )
                )
            first = lines.setdefault(label, number)
            if first != number:
                problems.append(
                    ValidationError(
                        _("Line %(n)s: “%(label)s” stands in line %(first)s already. Call the two by different names."),
                        params={"n": number, "label": label, "first": first},
                    )
                )
            pairs.append((label, url))
        if problems:
            raise ValidationError(problems)
        return pairs


class _Kept(forms.ModelForm):
    """A record that shows at once where somebody saved since it was opened. The services build and check it."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen_as"] = forms.CharField(widget=forms.HiddenInput, required=False)
            self.initial["seen_as"] = seen(self.instance)

    def _post_clean(self) -> None:
        """The instance stays as it is in the database."""


class ProjectForm(_Kept):
    website = forms.URLField(
        label=_("Website"), required=False, max_length=200, assume_scheme="https", validators=[WEB]
    )
    sources = SourcesField(
        label=_("Sources of these facts"),
        required=False,
        help_text=_("One a line: what it is, a bar and its address. Final report | https://…"),
    )

    class Meta:
        model = Project
        fields = (
            "acronym", "title", "summary", "website", "programme", "blueprint", "grant_number", "starts", "ends",
            "precision", "coordinator_name", "partner_count", "country_count", "committee", "themes",
        )  # fmt: skip
        field_classes = {"starts": DayField, "ends": DayField}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 5}),
            "starts": _day(),
            "ends": _day(),
            "themes": forms.CheckboxSelectMultiple,
        }
        labels = {"precision": _("The dates are known to the"), "committee": _("Committee")}
        help_texts = {
            "ends": _("Leave it empty while the end is open."),
            "partner_count": _("As its sources say, whether or not the partners are on record here."),
            "precision": "",
        }

    def __init__(self, *args: Any, facts: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not facts:
            for name in [name for name in self.fields if name not in (*Project.TOLD_BY_ITS_COORDINATOR, "seen_as")]:
                del self.fields[name]
            return
        fields: Any = self.fields
        for name in ("partner_count", "country_count"):  # what a column of two bytes holds
            fields[name].validators.append(MaxValueValidator(32_767))
        fields["themes"].queryset = Theme.objects.filter(active=True).order_by("name")
        if self.instance.pk:
            lines = (f"{label} | {url}" if url else label for label, url in sources_of(self.instance))
            self.initial["sources"] = "\n".join(lines)


class _OneName(NamesWidget):
    lines = 1
    use_fieldset = False
    template_name = "projects/widgets/member.html"

    def id_for_label(self, id_: str, index: str = "") -> str:
        return id_


class MemberField(MembersField):
    """One member organisation by name, short name or portal code. `known` may be chosen though it is none any more."""

    widget = _OneName
    known: Organisation | None = None

    def clean(self, value: Any) -> Any:
        if self.known and [self.known.legal_name] == list(value or []):
            return self.known
        found = super().clean(value)
        if not found and self.required:
            raise ValidationError(_("Name the organisation."))
        return found[0] if found else None


class PartnerForm(forms.Form):
    use_required_attribute = False
    organisation = MemberField(label=_("Member of the alliance"), required=False, help_text=_("Begin with its name."))
    name = forms.CharField(
        label=_("Or another organisation"), required=False, max_length=250, help_text=_("One that is no member.")
    )
    country = forms.ModelChoiceField(
        label=_("Its country"), queryset=Country.objects.all(), required=False, empty_label=_("Choose …")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Partner.Role.choices, initial=Partner.Role.PARTNER)

    def __init__(self, *args: Any, partner: Partner | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if partner is not None:
            self.fields["organisation"].known = partner.organisation  # type: ignore[attr-defined]
            self.initial = {
                **self.initial,
                "organisation": [partner.organisation.legal_name] if partner.organisation else [],
                "name": partner.name,
                "country": partner.country_id,
                "role": partner.role,
            }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        member, name = cleaned.get("organisation"), cleaned.get("name")
        if member is not None:  # its own record says what it is called and where it is
            cleaned |= {"name": "", "country": None}
        elif "organisation" not in self.errors:
            if not name:
                self.add_error("organisation", _("Name a member, or another organisation below."))
            elif not cleaned.get("country"):
                self.add_error("country", _("Choose the country of the organisation."))
        return cleaned


class InitiativeForm(_Kept):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        validators=[CODE],
        help_text=_("Capital letters, digits and dashes, PILOT-OSTRAVA. It stays: figures and files name it."),
    )
    lead = MemberField(label=_("Lead organisation"))

    class Meta:
        model = Initiative
        fields = ("title", "kind", "region", "starts", "ends", "summary", "project")
        field_classes = {"starts": DayField, "ends": DayField}
        widgets = {"summary": forms.Textarea(attrs={"rows": 5}), "starts": _day(), "ends": _day()}
        labels = {"project": _("Project that it belongs to")}
        help_texts = {"region": _("None: in the whole partnership."), "ends": _("Leave it empty while it is open.")}

    field_order = ("code", "title", "kind", "lead", "region", "starts", "ends", "summary", "project")

    def __init__(self, *args: Any, facts: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["region"].queryset = Region.objects.filter(level__lte=2, version=NUTS_VERSION).order_by("code")
        if self.instance.pk:
            del fields["code"]
            fields["lead"].known = self.instance.lead
            self.initial["lead"] = [self.instance.lead.legal_name]
        if not facts:
            for name in [name for name in fields if name not in ("summary", "seen_as")]:
                del fields[name]


class InitiativePartnerForm(forms.Form):
    use_required_attribute = False
    organisation = MemberField(label=_("Member of the alliance"), help_text=_("Begin with its name."))


class TargetForm(forms.Form):
    use_required_attribute = False
    indicator = forms.ModelChoiceField(
        label=_("Indicator"), queryset=Indicator.objects.filter(computed=False), empty_label=_("Choose …")
    )
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    number = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=100_000_000,
        required=False,
        help_text=_("In the unit of the indicator. Empty: there is no target for that year any more."),
    )
