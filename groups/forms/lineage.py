"""The earlier codes of a group, and its successor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from groups.services.lineage import codes_in


class LineageForm(forms.Form):
    """Cleans to the arguments of the service: legacy_codes, successor, note."""

    legacy_codes = forms.CharField(
        label=_("Earlier codes"),
        required=False,
        max_length=400,
        help_text=_("From older records, with commas between them. Addresses and searches with one lead here."),
    )
    successor = forms.ModelChoiceField(
        label=_("Continued by"),
        queryset=Group.objects.none(),
        required=False,
        empty_label=_("no other group"),
        help_text=_("The group that goes on with the work. The pages of both name each other."),
    )
    note = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where this is known from. It stays in the history."),
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"legacy_codes": ", ".join(group.legacy_codes), "successor": group.successor_id})
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = Group.objects.exclude(pk=group.pk).order_by("code")  # type: ignore[attr-defined]

    def clean_legacy_codes(self) -> list[str]:
        return codes_in(self.cleaned_data["legacy_codes"])
