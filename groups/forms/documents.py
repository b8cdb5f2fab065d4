"""Uploading a document, its next version, and what is said about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from core.forms import UploadField
from groups.models import Document, Group, Visibility

READERS = {
    Visibility.MEMBERS: _("All members: everybody who represents one"),
    Visibility.PUBLIC: _("Everybody, also visitors of the portal"),
}


def readers(body: Committee | Group | None) -> list[tuple[str, Any]]:
    """Who may read it, in the words of the body."""
    own = {
        Committee: _("The committee: its seats and the ASA Office"),
        Group: _("The group: its organisations, its committee and the ASA Office"),
    }
    first = [(Visibility.BODY.value, own[type(body)])] if body else []
    return [*first, *((one.value, label) for one, label in READERS.items())]


class _WordsForm(forms.ModelForm):
    use_required_attribute = False
    visibility = forms.ChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)

    class Meta:
        model = Document
        fields = ("title", "description", "language")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, body: Committee | Group | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = readers(body)
        self.fields["visibility"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault(
            "visibility", self.instance.visibility or (choices[0][0] if body else Visibility.PUBLIC)
        )

    def _post_clean(self) -> None:
        """The services build and check the document: the instance stays as it is in the database."""


class DocumentForm(_WordsForm):
    file = UploadField(label=_("File"), most_mb=settings.DOCUMENT_MAX_MB)
    field_order = ("file", "title", "description", "language", "visibility")


class WordsForm(_WordsForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("title", "description", "language", "visibility", "revision")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["revision"] = self.instance.revision
        self.fields["visibility"].help_text = _(
            "Opening it to more readers opens the newest version; earlier ones stay with those who could read them."
        )


class VersionForm(forms.Form):
    use_required_attribute = False
    file = UploadField(label=_("File"), most_mb=settings.DOCUMENT_MAX_MB)
    change = forms.CharField(
        label=_("What changed, and why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the version."),
        error_messages={"required": _("Say what changed: readers decide by it whether to read it again.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
