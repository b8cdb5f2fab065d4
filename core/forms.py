"""Forms of core: how soon a person wants e-mails about what, and the fields for a day and for a file that somebody
sends."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import kinds, notifications, uploads
from core.models import Pace

_DIGESTED = [(value, label) for value, label in Pace.choices if value != Pace.AT_ONCE]


class PaceForm(forms.Form):
    """One choice per kind of which the person may ever hear. Each names what may happen in the words in which it is
    told. `everything` answers for all of them at once."""

    everything = forms.ChoiceField(
        label=_("All kinds"),
        required=False,
        choices=[("", _("As chosen below")), *Pace.choices],
        help_text=_("Sets all that stand below. What waits for you then comes once a day where you choose “At once”."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen, phrases = kinds.paces_of(user.pk), notifications.phrases()
        offered = [kinds.kind(code) for code in phrases]
        self.kinds = [kinds.kind(kinds.WAITING), *(kind for kind in offered if kind.is_offered_to(user))]
        self.bound_to = [kind for kind in offered if kind.binding]
        for kind in self.kinds:
            waits = kind.code == kinds.WAITING
            self.fields[kind.code] = forms.ChoiceField(
                label=str(kind.name),
                choices=_DIGESTED if waits else Pace.choices,
                initial=chosen.get(kind.code, kind.pace),
                help_text=_("A reminder of everything that needs you and is not done.")
                if waits
                else _("When somebody %(acts)s.") % {"acts": "; ".join(phrases[kind.code])},
            )

    def wanted(self) -> dict[str, str]:
        """{kind: pace}"""
        everything = self.cleaned_data["everything"]
        found = {kind.code: everything or self.cleaned_data[kind.code] for kind in self.kinds}
        if everything == Pace.AT_ONCE:
            found[kinds.WAITING] = Pace.DAILY  # what waits does not happen at a moment
        return found


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


_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class DayField(forms.DateField):
    """A day of a year in which something can happen: 9999 for "without an end" or 202 for 2026 would draw timelines of
    thousands of years."""

    default_validators = [
        MinValueValidator(_FIRST_DAY, _("Write a day from 1900 on, with four digits for the year.")),
        MaxValueValidator(_LAST_DAY, _("Write a day before 2200.")),
    ]
