"""Recording a result of a project, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from core.forms import DayField, UploadField
from core.models import Licence, Theme
from groups.forms import DecisionForm
from groups.models import Group
from projects.models import Result
from projects.services.results import groups_for


class ResultForm(forms.ModelForm):
    use_required_attribute = False
    link = forms.URLField(
        label=_("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Where it is found: https://…"),
    )
    file = UploadField(label=_("File"), required=False, most_mb=settings.DOCUMENT_MAX_MB)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = (
        "kind", "title", "summary", "date", "language", "licence", "link", "file", "eqf_level", "themes", "revision",
    )  # fmt: skip

    class Meta:
        model = Result
        fields = ("kind", "title", "summary", "date", "language", "licence", "eqf_level", "themes")
        field_classes = {"date": DayField}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 4}),
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "themes": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "licence": _("What others may do with it."),
            "eqf_level": _("Of the European Qualifications Framework, where it leads to a qualification."),
        }
        error_messages = {
            "licence": {"required": _("Choose a licence: without one nobody knows what they may do with it.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["licence"].queryset = Licence.objects.active()
        fields["themes"].queryset = Theme.objects.filter(active=True).order_by("name")
        self.initial["link"] = self.instance.link
        self.initial["revision"] = self.instance.revision

    @property
    def words(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def _post_clean(self) -> None:
        """The services build and check the result: the instance stays as it is in the database."""


class ProposeForm(DecisionForm):
    committee = forms.ModelChoiceField(
        label=_("Committee"),
        queryset=Committee.objects.none(),
        empty_label=_("Choose …"),
        help_text=_("Its chairs and the leads of its groups decide whether a group takes it up."),
    )
    field_order = ("committee", "note")

    def __init__(self, *args: Any, result: Result, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = Committee.objects.all()  # type: ignore[attr-defined]
        self.initial["committee"] = result.committee_id


class TakeUpForm(DecisionForm):
    group = forms.ModelChoiceField(label=_("Group"), queryset=Group.objects.none(), empty_label=_("Choose …"))
    field_order = ("group", "note")

    def __init__(self, *args: Any, result: Result, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = groups_for(result, user)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        if len(groups) == 1:
            self.initial["group"] = groups[0].pk


class UseForm(forms.Form):
    since = DayField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("How it is used"), required=False, max_length=500)
