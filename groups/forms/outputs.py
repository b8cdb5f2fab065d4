"""Recording an output of a group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from core.models import Licence
from groups.forms.documents import readers
from groups.models import Document, Group, Output, Visibility


class OutputForm(forms.ModelForm):
    use_required_attribute = False
    visibility = forms.ChoiceField(label=_("Who may see it"), widget=forms.RadioSelect)
    link = forms.URLField(
        label=_("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Where it is found: https://…"),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = (
        "kind",
        "title",
        "summary",
        "date",
        "language",
        "licence",
        "link",
        "document",
        "visibility",
        "revision",
    )

    class Meta:
        model = Output
        fields = ("kind", "title", "summary", "language", "date", "licence", "document")
        field_classes = {"date": DayField}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 4}),
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "date": _("When it was finished or published."),
            "licence": _("What others may do with it."),
            "document": _("The file, where it is among the documents of the group."),
        }
        error_messages = {
            "licence": {"required": _("Choose a licence: without one nobody knows what they may do with it.")}
        }

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["visibility"].choices = readers(group)
        fields["licence"].queryset = Licence.objects.active()
        fields["document"].queryset = Document.objects.of(group).current()
        fields["document"].empty_label = _("none")
        self.initial.setdefault("visibility", self.instance.visibility or Visibility.PUBLIC)
        self.initial["link"] = self.instance.link
        self.initial["revision"] = self.instance.revision

    @property
    def words(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def _post_clean(self) -> None:
        """The services build and check the output: the instance stays as it is in the database."""
