"""A file that proves figures of a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.evidence import ENDINGS, MAX_BYTES, NotEvidence, media_type_of


class EvidenceForm(forms.Form):
    prefix = "evidence"
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # what is wrong with a file is said in one place
        help_text=_("PDF, PNG, JPEG, Word, Excel, OpenDocument, CSV or text, at most 10 MB. Not published."),
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )
    line = forms.ChoiceField(label=_("What it proves"), required=False)

    def __init__(self, *args: Any, rows: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        field: Any = self.fields["line"]
        field.choices = [("", _("this indicator as a whole")), *rows]

    def clean_file(self) -> tuple[str, bytes]:
        upload = self.cleaned_data["file"]
        data: bytes = upload.read(MAX_BYTES + 1)
        try:
            media_type_of(data)
        except NotEvidence as problem:
            raise forms.ValidationError(str(problem)) from None
        return str(upload.name), data
