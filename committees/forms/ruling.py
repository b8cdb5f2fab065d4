"""What the committee says when it decides."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from committees import register
from committees.models import Committee, Decision

SAID = (Decision.Manner.CHAIR, Decision.Manner.MEETING)


def manner_field() -> forms.ChoiceField:
    """How a chair decides. The other manners follow from who acts (committees.register)."""
    return forms.ChoiceField(
        label=_("How it is decided"),
        choices=[(one.value, one.label) for one in SAID],
        initial=Decision.Manner.CHAIR,
        required=False,
        help_text=_("Kept in the register of the committee."),
    )


class RegisterFilter(forms.Form):
    """By year, by what it is about, and by outcome; what makes no sense filters nothing."""

    year = forms.ChoiceField(label=_("Year"), required=False)
    kind = forms.ChoiceField(label=_("About"), required=False, choices=[("", _("Everything")), *Decision.Kind.choices])
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("All outcomes")), *Decision.Outcome.choices]
    )

    def __init__(self, *args: object, committee: Committee, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        years = [(str(year), str(year)) for year in register.years(committee)]
        self.fields["year"].choices = [("", _("All years")), *years]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
