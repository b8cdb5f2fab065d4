"""What unknown words of a roster mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.models import Country, MemberType
from members.roster.words import Word


class WordsForm(forms.Form):
    """A select for each word; who leaves it empty leaves the rows as errors."""

    def __init__(self, *args: Any, words: Sequence[Word], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words
        choices = {
            "country": [(one.pk, one.name) for one in Country.objects.all()],
            "member_type": [(one.code, one.name) for one in MemberType.objects.active()],
        }
        for word in words:
            self.fields[self.name_of(word)] = forms.ChoiceField(
                label=f"“{word.text}”",
                choices=[("", _("– leave as an error –")), *choices[word.field]],
                required=False,
                help_text=ngettext("%(n)s row. %(hint)s", "%(n)s rows. %(hint)s", word.rows)
                % {"n": word.rows, "hint": word.hint},
            )

    @staticmethod
    def name_of(word: Word) -> str:
        """By the word itself: the file may be another one when the form comes back."""
        return f"{word.field}-{word.key.replace(' ', '-')}"

    def of_field(self, field: str) -> list[forms.BoundField]:
        return [self[self.name_of(word)] for word in self.words if word.field == field]

    def countries(self) -> list[forms.BoundField]:
        return self.of_field("country")

    def member_types(self) -> list[forms.BoundField]:
        return self.of_field("member_type")

    def chosen(self) -> dict[tuple[str, str], str]:
        return {(word.field, word.text): code for word in self.words if (code := self.cleaned_data[self.name_of(word)])}
