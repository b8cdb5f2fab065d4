"""Asking for an extension, a conversion or a closing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from groups.models import Group, GroupChange, Output


def _text(label: Any, help_text: Any, missing: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


class ExtensionForm(forms.Form):
    new_end = DayField(label=_("New last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = _text(
        _("Reason"), _("What is left to do, and why it takes until then."), _("Say why the group needs longer.")
    )


class ConversionForm(forms.Form):
    reason = _text(
        _("Reason"), _("Why the work does not end with the task force."), _("Say why the group is needed for good.")
    )


class ClosingForm(forms.Form):
    reason = _text(_("Reason"), _("Why the group ends."), _("Say why the group ends."), rows=3)
    report = _text(
        _("Closing report"),
        _("What the group set out to do, what it did and what it reached. Everybody reads it on the group's page."),
        _("Report what the group did and reached."),
        rows=8,
    )
    outputs = _text(
        _("What is not on record"),
        _("What is on record is named beside this form. Say here what else is there, or why there is nothing."),
        _("Record what came out of the group, or say here that there is nothing."),
    )
    successor = forms.ModelChoiceField(
        label=_("Continued by"),
        queryset=Group.objects.none(),
        required=False,
        empty_label=_("no other group"),
        help_text=_("The group that goes on with the work. The pages of both name each other."),
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Group.objects.active().exclude(pk=group.pk).order_by("code")
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]
        self.fields["outputs"].required = not Output.objects.current().filter(group=group).exists()


def form_for(kind: str, group: Group, *args: Any) -> forms.Form:
    """The form of one kind of request."""
    if kind == GroupChange.Kind.CLOSING:
        return ClosingForm(*args, group=group)
    return ExtensionForm(*args) if kind == GroupChange.Kind.EXTENSION else ConversionForm(*args)
