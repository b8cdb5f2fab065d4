"""Telling how an activity goes, and writing the report that closes a year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.closing import field_of
from groups.models import Activity, ClosingReport


class ReportForm(forms.Form):
    """How an activity goes."""

    status = forms.ChoiceField(label=_("Status"), choices=Activity.Status.choices)
    progress = forms.IntegerField(label=_("Progress in %"), min_value=0, max_value=100)
    note = forms.CharField(
        label=_("How it goes"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with your name and the day. A reason is needed when an activity is dropped."),
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activity = activity
        self.initial = {"status": activity.status, "progress": activity.progress}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status") == Activity.Status.DROPPED and not data.get("note", "").strip():
            self.add_error("note", _("Please give a reason for dropping the activity."))
        before = (self.activity.status, self.activity.progress)
        if not data.get("note", "").strip() and not self.errors and (data["status"], data["progress"]) == before:
            self.add_error("note", _("Say how it goes: status and progress are as they were."))
        return data


class ClosingForm(forms.Form):
    """What the group reached, and what came of each activity."""

    use_required_attribute = False
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    summary = forms.CharField(
        label=_("What the group reached"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Measured against the objectives of the plan. Every member may read it."),
    )

    def __init__(self, *args: Any, activities: list[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {field_of(row): str(row.key) for row in activities}
        for row in activities:
            self.fields[field_of(row)] = forms.CharField(
                label=row.title,
                required=False,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=f"{row.get_status_display()}, {row.progress} %",
            )
        self.fields["summary"].required = not self.is_bound  # asked for, and yet a draft may leave it out
        for name, one in self.fields.items():
            one.show_hidden_initial = name != "revision"

    @property
    def contents(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def of_report(self, contents: dict[str, Any]) -> dict[str, Any]:
        """By the arguments of the service."""
        outcomes = {self.keys[name]: text for name, text in contents.items() if name in self.keys}
        return {"summary": contents.get("summary"), "outcomes": outcomes}

    def of_form(self, summary: str, outcomes: dict[str, str]) -> dict[str, str]:
        """By the fields of the form."""
        return {"summary": summary} | {name: outcomes.get(key, "") for name, key in self.keys.items()}

    def says(self, report: ClosingReport) -> dict[str, str]:
        return self.of_form(report.summary, report.outcomes)
