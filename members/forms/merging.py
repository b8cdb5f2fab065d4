"""What a person says when they make one organisation of two."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members import side_by_side
from members.models import Organisation
from members.services.merging import BOTH, KEPT, MERGED, seen_of, values_of


class MergeForm(forms.Form):
    """One choice per field in which the two differ; drawn beside each other by the page."""

    seen = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Why they are the same"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the history of the organisation, and told to its representatives."),
    )

    def __init__(self, *args: Any, kept: Organisation, merged: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept, self.merged = kept, merged
        self.initial.setdefault("seen", seen_of(kept, merged))
        self.differing = side_by_side.differing(kept, merged)
        for name in self.differing:
            self.fields[name] = forms.ChoiceField(choices=[(one, one) for one in (KEPT, MERGED, BOTH)], required=False)

    def choices(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.differing if self.cleaned_data.get(name)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        values = values_of(self.kept, self.merged, {name: data.get(name, "") for name in self.differing})
        region, country = values["region"], values["country"]
        if region and region.country_id != country.pk:
            self.add_error(
                "region" if "region" in self.fields else None,
                _("The region %(region)s is in %(there)s, and the country that you chose is %(here)s.")
                % {"region": region, "there": region.country, "here": country},
            )
        return data

    def rows(self) -> list[side_by_side.FieldRow]:
        chosen = {name: self.data.get(name, "") for name in self.differing} if self.is_bound else {}
        errors = {name: " ".join(map(str, problems)) for name, problems in self.errors.items()}
        return side_by_side.field_rows(self.kept, self.merged, chosen, errors)
