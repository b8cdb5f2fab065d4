"""Calling a meeting, answering, recording it, and what is to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from groups.meetings.people import asked
from groups.models import Meeting, MeetingAction, MeetingInvitation

_AWAY = {"Atlantic/Azores", "Atlantic/Canary", "Atlantic/Madeira", "Atlantic/Reykjavik", "Asia/Nicosia", "UTC"}


def zones() -> list[tuple[str, str]]:
    """Where Europe is, in the words of the zone database; Brussels first."""
    found = {name for name in available_timezones() if name.startswith("Europe/")} | _AWAY
    return [
        (name, name.replace("_", " ")) for name in sorted(found, key=lambda name: (name != "Europe/Brussels", name))
    ]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class MeetingForm(forms.ModelForm):
    """`announced` is what the services take. Times are those of the zone that is chosen."""

    use_required_attribute = False
    day = DayField(label=_("Day"), widget=_day())
    begins = forms.TimeField(label=_("Begins"), widget=_clock())
    ends = forms.TimeField(label=_("Ends"), widget=_clock())
    last_day = DayField(
        label=_("Last day"), widget=_day(), required=False, help_text=_("Only if it goes over several days.")
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=lazy(zones, list), initial="Europe/Brussels")
    link = forms.URLField(label=_("Link to take part"), max_length=500, required=False, assume_scheme="https")
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = (
        "title",
        "day",
        "begins",
        "ends",
        "last_day",
        "zone",
        "place",
        "link",
        "agenda",
        "is_public",
        "revision",
    )

    class Meta:
        model = Meeting
        fields = ("title", "zone", "place", "link", "agenda", "is_public")
        widgets = {"agenda": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if (of := kwargs.get("instance")) is not None:
            start, end = of.local_start, of.local_end
            kwargs["initial"] = {
                "day": start.date(),
                "begins": start.time(),
                "ends": end.time(),
                "last_day": end.date() if end.date() != start.date() else None,
                "revision": of.revision,
                **kwargs.get("initial", {}),
            }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, begins, ends, zone = (data.get(name) for name in ("day", "begins", "ends", "zone"))
        if not data.get("place") and not data.get("link"):
            self.add_error("place", _("Say where it is, or give a link by which people take part."))
        if day and begins and ends and zone:
            data["starts_at"] = self._moment("begins", day, begins, zone)
            data["ends_at"] = self._moment("ends", data.get("last_day") or day, ends, zone)
            if data["starts_at"] and data["ends_at"] and data["ends_at"] <= data["starts_at"]:
                self.add_error("last_day" if data.get("last_day") else "ends", _("It ends before it begins."))
        return data

    def _moment(self, name: str, day: date, at: time, zone: str) -> datetime | None:
        """On the night when clocks go forward some times do not exist; when they go back, the first of two is meant."""
        try:
            moment = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
            found = moment.astimezone(UTC)
        except OverflowError:
            self.add_error("day", _("This day is out of range."))
            return None
        if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != moment.replace(tzinfo=None):
            self.add_error(name, _("This time does not exist on that day: the clocks go forward."))
            return None
        return found

    @property
    def announced(self) -> dict[str, Any]:
        names = ("title", "starts_at", "ends_at", "zone", "place", "link", "agenda", "is_public")
        return {name: self.cleaned_data[name] for name in names}

    def _post_clean(self) -> None:
        """The services build and check the meeting: the instance stays as it is in the database."""


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=MeetingInvitation.Answer.choices)


class AttendedField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user}, {obj.organisation.shown_name}" if obj.organisation else str(obj.user)


class RecordForm(forms.Form):
    use_required_attribute = False
    attended = AttendedField(
        label=_("Who took part"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.CharField(label=_("Minutes"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 12}))
    decisions = forms.CharField(
        label=_("Decisions"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line."),
    )
    note = forms.CharField(
        label=_("Why it changes"),
        max_length=1000,
        error_messages={"required": _("Say why what is on record changes.")},
        help_text=_("Kept in the history, with what was on record before."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, invitations: QuerySet[MeetingInvitation], on_record: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not on_record:
            del self.fields["note"]
        else:  # whoever wrote beside somebody else sees first what that was; the service asks for the reason then
            self.fields["note"].required = not self.is_bound or self.data.get("revision") == str(
                self.initial.get("revision")
            )
        self.fields["attended"].queryset = invitations  # type: ignore[attr-defined]


class DecidedForm(forms.Form):
    use_required_attribute = False
    title = forms.CharField(label=_("What was decided"), max_length=250)
    note = forms.CharField(label=_("Reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ActionForm(forms.ModelForm):
    use_required_attribute = False

    class Meta:
        model = MeetingAction
        fields = ("title", "owner", "due")
        field_classes = {"due": DayField}
        widgets = {"due": _day()}

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = asked(meeting)  # type: ignore[attr-defined]
        self.fields["owner"].required = True

    def _post_clean(self) -> None:
        """The service makes the action."""
