"""A file that proves figures of a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import UploadField


class EvidenceForm(forms.Form):
    prefix = "evidence"
    file = UploadField(label=_("File"), help_text=_("Not published."))
    line = forms.ChoiceField(label=_("What it proves"), required=False)

    def __init__(self, *args: Any, rows: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        field: Any = self.fields["line"]
        field.choices = [("", _("this indicator as a whole")), *rows]
