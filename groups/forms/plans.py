"""Writing a work plan and its activities, and telling how they go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from committees.models import Decision
from core.forms import DayField
from core.models import ActivityType
from groups.forms.decisions import RulingForm
from groups.models import Activity, Group, GroupMembership, WorkPlan
from groups.planning import date_problems, day_of_meeting_problem, meetings_about
from groups.selectors import people_in
from members.models import Organisation, today


class StartPlanForm(forms.Form):
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = today().year
        last = group.ends.year if group.ends else now + 1
        years = [year for year in (now, now + 1) if group.starts.year <= year <= last]
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


class PlanForm(forms.ModelForm):
    use_required_attribute = False
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = WorkPlan
        fields = ("objectives", "meetings", "resources")
        widgets = {
            "objectives": forms.Textarea(attrs={"rows": 5}),
            "resources": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "objectives": _("What the group wants to have reached at the end of the year."),
            "meetings": _("How many meetings of the whole group."),
            "resources": _("Who works on it and how much, and what it costs."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["objectives"].required = not self.is_bound  # asked for, and yet a draft may leave them out
        remember_what_it_opened_with(self)

    @property
    def contents(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class ActivityForm(forms.ModelForm):
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Activity
        fields = (
            "title",
            "activity_type",
            "organisation",
            "owner",
            "starts",
            "ends",
            "deliverable",
            "deliverable_date",
            "indicator",
            "target",
        )
        field_classes = dict.fromkeys(("starts", "ends", "deliverable_date"), DayField)
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("starts", "ends", "deliverable_date")
        }
        help_texts = {
            "deliverable": _("What will be there at the end: a report, a course, a list …"),
            "indicator": _("The indicator of the partnership that this activity moves, if any."),
        }

    def __init__(self, *args: Any, plan: WorkPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        group = plan.group
        self._offer("activity_type", ActivityType.objects.current(), "activity_type_id")
        live = GroupMembership.objects.active().filter(group=group)
        self._offer("organisation", Organisation.objects.filter(pk__in=live.values("organisation")), "organisation_id")
        self._offer("owner", people_in(group), "owner_id")
        self.fields["title"].widget.attrs["autofocus"] = True  # the form opens in place: go on writing there
        self.fields["indicator"].choices = [("", _("none")), *Activity.Indicator.choices]  # type: ignore[attr-defined]
        self.fields["organisation"].help_text = _("One of the organisations in the group.")
        self.fields["owner"].help_text = _("Somebody who takes part in the group.")
        remember_what_it_opened_with(self)

    def _offer(self, name: str, rows: Any, own: str) -> None:
        """What can be chosen now, and what this activity has even if it cannot be chosen any more."""
        held = getattr(self.instance, own)
        self.fields[name].queryset = rows | rows.model._default_manager.filter(pk=held) if held else rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts") and data.get("ends"):
            problems = date_problems(self.plan, data["starts"], data["ends"], data.get("deliverable_date"))
            for name, problem in problems.items():
                self.add_error(name, problem)
        if data.get("deliverable_date") and not data.get("deliverable"):
            self.add_error("deliverable", _("Say what is due on that day."))
        if data.get("target") and not data.get("indicator"):
            self.add_error("indicator", _("Say which indicator the target is for."))
        return data

    @property
    def contents(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"key", "revision"}}


def remember_what_it_opened_with(form: forms.ModelForm) -> None:
    """Each field sends what it was, too: so two windows that wrote in different fields both keep what they wrote."""
    for name in form._meta.fields or ():
        form.fields[name].show_hidden_initial = True


def contents_of(obj: WorkPlan | Activity, form: type[forms.ModelForm]) -> dict[str, Any]:
    """What a saved plan or activity says, by the fields of its form."""
    return {name: getattr(obj, name) for name in form._meta.fields or ()}


class ReportForm(forms.Form):
    """How an activity goes."""

    status = forms.ChoiceField(label=_("Status"), choices=Activity.Status.choices)
    progress = forms.IntegerField(label=_("Progress in %"), min_value=0, max_value=100)
    note = forms.CharField(
        label=_("How it goes"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the history of the plan. A reason is needed when an activity is dropped."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status") == Activity.Status.DROPPED and not data.get("note", "").strip():
            self.add_error("note", _("Please give a reason for dropping the activity."))
        return data


class PlanRulingForm(RulingForm):
    """The approval of a plan; where it is for the committee, with the meeting at which the committee decided."""

    meeting_id = forms.TypedChoiceField(
        label=_("Which meeting"), coerce=int, empty_value=None, required=False, help_text=_("If it is in the portal.")
    )
    held_on = DayField(
        label=_("or its day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    field_order = ("manner", "meeting_id", "held_on", "note")

    def __init__(self, *args: Any, plan: WorkPlan, at_meeting_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        meetings = [(str(one.pk), f"{date_format(one.local_start)}: {one.title}") for one in meetings_about(plan)]
        self.fields["meeting_id"].choices = [("", "–"), *meetings]  # type: ignore[attr-defined]
        if at_meeting_only:  # whoever sends another manner all the same is refused by the act, with the reason
            self.fields["manner"].widget = forms.HiddenInput()
            self.initial["manner"] = Decision.Manner.MEETING

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("manner") != Decision.Manner.MEETING:
            return data | {"meeting_id": None, "held_on": None}
        told = {"meeting_id", "held_on"} & set(self.errors) or data.get("meeting_id")
        if not told and (problem := day_of_meeting_problem(self.plan, data.get("held_on"))):
            self.add_error("held_on", problem)
        return data
