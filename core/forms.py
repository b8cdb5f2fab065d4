"""Forms of core: about which kinds of things a person wants e-mails."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import notifications


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
