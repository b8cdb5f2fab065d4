"""Forms of core: about which kinds of things a person wants e-mails, and the field for a file that somebody sends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import notifications, uploads


class EmailChoiceForm(forms.Form):
    """One box per kind. Each names what may happen in the words in which it is told."""

    chosen = forms.BooleanField(widget=forms.HiddenInput, initial=True)  # a form without a single tick is a choice too

    def __init__(self, *args: Any, muted: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = notifications.kinds()
        for kind, phrases in self.kinds.items():
            self.fields[kind] = forms.BooleanField(
                required=False,
                initial=kind not in muted,
                label=notifications.kind_name(kind),
                help_text=_("When somebody %(acts)s.") % {"acts": "; ".join(phrases)},
            )

    def wanted(self) -> dict[str, bool]:
        return {kind: self.cleaned_data[kind] for kind in self.kinds}


class UploadField(forms.FileField):
    """A file that somebody sends for others to read. Cleaned, it is a core.uploads.Upload, or None."""

    def __init__(self, *, most_mb: int = uploads.MOST_MB, help_text: Any = "", **kwargs: Any) -> None:
        self.most_mb = most_mb
        kinds = _("PDF, PNG, JPEG, Word, Excel, PowerPoint, OpenDocument, CSV or text, at most {most} MB.")
        super().__init__(
            allow_empty_file=True,  # what is wrong with a file is said in one place
            widget=forms.FileInput(attrs={"accept": uploads.ENDINGS}),
            help_text=format_lazy("{} {}", format_lazy(kinds, most=most_mb), help_text),
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if not sent:
            return None
        try:
            uploads.check_size(sent.size, self.most_mb)
            return uploads.accept(str(sent.name), sent.read(), most_mb=self.most_mb)
        except uploads.NotTaken as problem:
            raise forms.ValidationError(str(problem)) from None
