"""Who may do what with meetings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from committees.permissions import holds_seat
from core.permissions import allow, any_of, condition
from groups.models import Group, Meeting
from groups.permissions.groups import leads_it, tidies_up


@condition(_("Meetings are for those in the committee or group, and the ASA Office."))
def sees_the_meeting(user: Any, meeting: Any) -> bool:
    return Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists()


@condition(
    _("Only who chairs the committee or leads the group, the committee above it and the ASA Office may do this.")
)
def runs_the_body(user: Any, meeting: Any) -> bool:
    if user.is_office:
        return True
    if meeting.group is None:
        return holds_seat(user, meeting.committee, *Seat.STEERING)
    return leads_it(user, meeting.group) or holds_seat(user, meeting.group.committee, *Seat.STEERING)


@condition(_("The group is closed."))
def body_is_at_work(user: Any, meeting: Any) -> bool:
    return meeting.group is None or meeting.group.status == Group.Status.ACTIVE


@condition(_("The meeting is cancelled."))
def is_not_cancelled(user: Any, meeting: Any) -> bool:
    return meeting.status != Meeting.Status.CANCELLED


@condition(_("The meeting has begun: what was announced stays as it was, and the minutes tell the rest."))
def is_to_come(user: Any, meeting: Any) -> bool:
    return not meeting.has_begun


@condition(_("Minutes and attendance are recorded once the meeting has begun."))
def has_begun(user: Any, meeting: Any) -> bool:
    return meeting.has_begun


@condition(_("The decisions of a committee are entered into its register; what a group agrees stands in its minutes."))
def is_of_a_committee(user: Any, meeting: Any) -> bool:
    return meeting.committee_id is not None


@condition(_("Only those who have a place by name in the committee or group are asked whether they come."))
def is_asked(user: Any, meeting: Any) -> bool:
    return Meeting.objects.meant_for(user).filter(pk=meeting.pk).exists()


@condition(_("The meeting has begun."))
def answers_are_open(user: Any, meeting: Any) -> bool:
    return not meeting.has_begun


@condition(_("Only who took it upon themselves, and who calls the meetings, may do this."))
def answers_for_the_action(user: Any, action: Any) -> bool:
    own = action.owner_id == user.pk and sees_the_meeting(user, action.meeting)
    return own or runs_the_body(user, action.meeting)


@condition(_("Only those who call the meetings may drop what was agreed there."))
def calls_its_meetings(user: Any, action: Any) -> bool:
    return runs_the_body(user, action.meeting)


allow("groups.view_meeting", sees_the_meeting)
allow("groups.call_meeting", runs_the_body, body_is_at_work)
allow("groups.change_meeting", runs_the_body, body_is_at_work, is_not_cancelled, is_to_come)
allow("groups.cancel_meeting", any_of(runs_the_body, tidies_up), is_to_come)
allow("groups.answer_meeting", is_asked, is_not_cancelled, answers_are_open)
allow("groups.record_meeting", runs_the_body, is_not_cancelled, has_begun)
allow("groups.decide_at_meeting", runs_the_body, is_of_a_committee, is_not_cancelled, has_begun)
allow("groups.finish_meetingaction", answers_for_the_action)
allow("groups.drop_meetingaction", calls_its_meetings)
