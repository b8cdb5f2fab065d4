"""Writing a recommendation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from core.forms import DayField
from groups.forms.decisions import RulingForm
from groups.models import Group, Recommendation


class RecommendationForm(forms.ModelForm):
    use_required_attribute = False
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Recommendation
        fields = ("title", "group", "text", "due")
        field_classes = {"due": DayField}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 7}),
            "due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, committee: Committee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["revision"] = self.instance.revision
        groups = Group.objects.active().filter(committee=committee).order_by("code")
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["group"].empty_label = _("the ASA Office")  # type: ignore[attr-defined]
        self.fields["group"].label = _("To")
        self.fields["group"].help_text = ""


class IssueForm(RulingForm):
    """What the person read is what they issue."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
