"""The written procedure: silence adopts at the deadline, the first objection stops."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from committees import tasks, waiting
from committees.models import Decision, Procedure
from committees.models.procedures import end_of
from committees.services import procedures
from core import events, notifications
from core.models import Event, Notification
from core.permissions import Denied
from core.workflow import InvalidTransition, NotPossible
from groups import services
from groups import waiting as groups_waiting
from groups.models import Group
from members.models import User
from tests.factories.committees import SeatFactory
from tests.factories.groups import (
    GroupChangeFactory,
    ProposalFactory,
    RecommendationFactory,
    WorkPlanFactory,
    make_lead,
)
from tests.variants import telling

pytestmark = pytest.mark.django_db


def opened(subject, actor, **more):
    return procedures.open_procedure(
        subject=subject, actor=actor, **{"last_day": procedures.first_last_day(), "question": "Please look."} | more
    )


def after(procedure, seconds=0):
    return time_machine.travel(procedure.closes_at + timedelta(seconds=seconds), tick=False)


def entries():
    return [(one.kind, one.outcome, one.manner) for one in Decision.objects.order_by("number")]


def test_silence_adopts_a_proposal_at_the_deadline_and_founds_the_group(personas, client_for):
    proposal = ProposalFactory(submitted=True)
    chair = client_for(personas.chair)
    assert "put it to the committee in writing" in chair.get(proposal.get_absolute_url()).content.decode()
    url = reverse("committees:procedure_open", args=["proposal", proposal.pk])
    day = procedures.first_last_day()
    assert chair.post(url, {"last_day": day.isoformat(), "question": "A word."}).status_code == 302
    procedure = Procedure.objects.get()
    assert procedure.last_day == day
    assert {user.name for user in procedure.asked.all()} == {"Chair", "Vice Chair", "Committee Member"}
    told = Notification.objects.filter(event__verb="procedure.open").values_list("recipient__name", flat=True)
    assert set(told) == {"Vice Chair", "Committee Member"}
    member = User.objects.get(pk=personas.committee_member.pk)
    assert [item.url for item in waiting.waiting_for(member)] == [procedure.get_absolute_url()]
    client_for(member).post(reverse("committees:procedure_support", args=[procedure.pk]), {"note": "Yes."})
    assert waiting.waiting_for(member) == []
    with after(procedure, -1):
        assert tasks.close_procedures() == {}
    with after(procedure):
        assert tasks.close_procedures() == {"adopted": 1}
        assert tasks.close_procedures() == {}
    assert Group.objects.count() == 1
    assert entries() == [("proposal", "adopted", "written")]
    accepted = events.of(proposal).get(verb="proposal.accept")
    assert accepted.actor.is_system
    assert "nobody objected" in accepted.note
    assert Notification.objects.filter(event__verb="proposal.accept", recipient=proposal.proposer).exists()


@pytest.mark.parametrize("kind", ["workplan", "extension"])
def test_plans_and_requests_of_groups_are_adopted_the_same_way(personas, kind):
    subject = WorkPlanFactory(state="submitted") if kind == "workplan" else GroupChangeFactory()
    procedure = opened(subject, personas.chair)
    with after(procedure):
        assert procedures.close_due() == {"adopted": 1}
    subject.refresh_from_db()
    assert subject.status in {"approved", "granted"}
    assert entries() == [(kind, "adopted", "written")]


def test_the_first_objection_stops_it_and_the_decision_is_open_again(personas, client_for):
    plan = WorkPlanFactory(state="submitted")
    procedure = opened(plan, personas.chair)
    url = reverse("committees:procedure_object", args=[procedure.pk])
    member = client_for(personas.committee_member)
    refused = member.post(url, {"note": " "})
    assert refused.status_code == 422
    assert "Please give a reason" in refused.content.decode()
    member.post(url, {"note": "Too many trips."})
    procedure.refresh_from_db()
    assert procedure.status == "stopped"
    assert "Too many trips." in member.get(procedure.get_absolute_url()).content.decode()
    assert entries() == [("workplan", "stopped", "written")]
    with after(procedure):
        assert procedures.close_due() == {}
    page = client_for(personas.vice_chair).post(url, {"note": "Me too."})
    assert page.status_code == 302  # told that somebody was faster
    with pytest.raises(InvalidTransition, match="Committee Member objected"):
        procedures.object_to(procedure_id=procedure.pk, actor=personas.vice_chair, note="Me too.")
    services.return_plan(plan_id=plan.pk, actor=personas.chair, note="Fewer trips, please.")


def test_while_it_runs_nobody_decides_past_it(personas):
    proposal, plan = ProposalFactory(submitted=True), WorkPlanFactory(state="submitted")
    for subject in (proposal, plan):
        opened(subject, personas.chair)
    for act in (
        lambda: services.accept_proposal(proposal_id=proposal.pk, actor=personas.vice_chair),
        lambda: services.decline_proposal(proposal_id=proposal.pk, actor=personas.chair, note="No."),
        lambda: services.return_plan(plan_id=plan.pk, actor=personas.chair, note="No."),
    ):
        with pytest.raises(Denied, match="written procedure on this is under way"):
            act()
    with pytest.raises(Denied, match="written procedure on this is under way"):
        opened(proposal, personas.vice_chair)
    waits = [item.kind for item in groups_waiting.waiting_for(User.objects.get(pk=personas.chair.pk))]
    assert waits == []


def test_at_the_deadline_the_clock_decides(personas):
    procedure = opened(WorkPlanFactory(state="submitted"), personas.chair)
    with after(procedure), pytest.raises(Denied, match="The deadline is over"):
        procedures.object_to(procedure_id=procedure.pk, actor=personas.committee_member, note="Too late.")
    with after(procedure, -1):
        procedures.object_to(procedure_id=procedure.pk, actor=personas.committee_member, note="In time.")
    with after(procedure):
        assert procedures.close_due() == {}


@pytest.mark.parametrize(
    ("day", "hours_from_utc"),
    [(date(2026, 3, 28), 1), (date(2026, 3, 29), 2), (date(2026, 10, 24), 2), (date(2026, 10, 25), 1)],
)
def test_the_day_ends_at_midnight_in_brussels_when_clocks_change_too(day, hours_from_utc):
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    assert end_of(day) == midnight - timedelta(hours=hours_from_utc)
    assert Procedure(closes_at=end_of(day)).last_day == day


def test_who_is_recused_is_not_asked_and_has_no_voice(personas):
    group = make_lead(
        WorkPlanFactory(state="submitted").group,
        user=personas.committee_member,
        organisation=personas.committee_member.representations.get().organisation,
    ).group
    procedure = opened(group.plans.get(), personas.chair)
    assert personas.committee_member not in procedure.asked.all()
    for act in (procedures.support, procedures.object_to, procedures.comment):
        with pytest.raises(Denied, match="You are recused"):
            act(procedure_id=procedure.pk, actor=personas.committee_member, note="Mine.")


def test_half_of_the_seats_must_have_a_working_address(personas):
    proposal = ProposalFactory(submitted=True)

    def fails(seat_user):
        event = Event.objects.first() or events.of(proposal).first()
        Notification.objects.create(recipient=seat_user, event=event, email_state=Notification.Email.FAILED)

    services.return_proposal(proposal_id=proposal.pk, actor=personas.chair, note="Why?")
    services.submit_proposal(proposal_id=proposal.pk, actor=proposal.proposer)
    Notification.objects.all().delete()
    SeatFactory()  # four seats
    fails(personas.committee_member)
    fails(personas.vice_chair)
    assert opened(proposal, personas.chair).asked.count() == 2  # half is enough
    Procedure.objects.get().asked.clear()
    other = ProposalFactory(submitted=True)
    fails(personas.chair)
    with pytest.raises(NotPossible, match="only 1 of 4 have a working address"):
        opened(other, personas.chair)


@pytest.mark.parametrize(("days", "sentence"), [(3, "at least"), (200, "at most")])
def test_a_day_that_does_not_fit_is_refused_at_its_field(personas, client_for, days, sentence):
    proposal = ProposalFactory(submitted=True)
    day = timezone.localdate() + timedelta(days=days)
    page = client_for(personas.chair).post(
        reverse("committees:procedure_open", args=["proposal", proposal.pk]), {"last_day": day.isoformat()}
    )
    assert page.status_code == 422
    assert sentence in str(page.context["form"].errors["last_day"])
    assert procedures.first_last_day() == timezone.localdate() + timedelta(days=settings.PROCEDURE_DAYS)


def test_what_cannot_be_adopted_any_more_lapses_with_the_reason(personas):
    change = GroupChangeFactory(asked_by=personas.primary)
    make_lead(change.group, user=personas.primary, organisation=personas.organisation)
    procedure = opened(change, personas.chair)
    services.withdraw_change(change_id=change.pk, actor=personas.primary)
    with after(procedure):
        assert procedures.close_due() == {"lapsed": 1}
    procedure.refresh_from_db()
    assert procedure.status == "lapsed"
    assert "withdrew the request" in events.of(procedure).get(verb="procedure.lapse").note
    assert entries() == [("extension", "lapsed", "written")]


def test_an_ended_seat_has_no_voice_from_that_day_on(personas):
    procedure = opened(WorkPlanFactory(state="submitted"), personas.chair)
    personas.committee_member.seats.update(ends=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Denied, match="hold a seat"):
        procedures.object_to(procedure_id=procedure.pk, actor=personas.committee_member, note="No.")


def test_the_chair_withdraws_a_procedure_and_decides(personas):
    proposal = ProposalFactory(submitted=True)
    procedure = opened(proposal, personas.chair)
    procedures.withdraw_procedure(procedure_id=procedure.pk, actor=personas.chair, note="We meet tomorrow.")
    services.accept_proposal(proposal_id=proposal.pk, actor=personas.chair, manner="meeting")
    assert entries() == [("proposal", "withdrawn", "written"), ("proposal", "adopted", "meeting")]


@pytest.mark.parametrize("kind", telling(["proposal", "workplan", "extension"], 1))
def test_the_history_of_its_subject_tells_only_the_committee_of_a_procedure(personas, client_for, kind):
    if kind == "proposal":
        subject = ProposalFactory(submitted=True)
        concerned = subject.proposer
    else:
        subject = WorkPlanFactory(state="submitted") if kind == "workplan" else GroupChangeFactory()
        concerned = make_lead(subject.group).user
    procedure = opened(subject, personas.chair, question="What the seats should weigh.")
    assert client_for(concerned).get(procedure.get_absolute_url()).status_code == 404
    page = client_for(concerned).get(subject.get_absolute_url())
    assert page.status_code == 200
    assert procedure.get_absolute_url() not in page.content.decode()
    assert "What the seats should weigh." not in page.content.decode()
    inside = client_for(personas.committee_member).get(subject.get_absolute_url()).content.decode()
    assert "What the seats should weigh." in inside


def test_the_history_of_a_recommendation_tells_only_the_committee_of_a_procedure(personas, client_for):
    subject = RecommendationFactory()
    procedure = opened(subject, personas.chair, question="What the seats should weigh.")
    with after(procedure):
        assert procedures.close_due() == {"adopted": 1}
    page = client_for(personas.reporter).get(subject.get_absolute_url())
    assert page.status_code == 200
    assert "What the seats should weigh." not in page.content.decode()


def test_a_procedure_on_something_that_is_gone_lapses_and_the_next_one_is_closed_all_the_same(personas):
    gone, plan = RecommendationFactory(), WorkPlanFactory(state="submitted")
    lost, next_one = opened(gone, personas.chair), opened(plan, personas.chair)
    gone.delete()
    with after(next_one):
        assert procedures.close_due() == {"lapsed": 1, "adopted": 1}
    assert "no longer there" in events.of(lost).get(verb="procedure.lapse").note


def test_one_that_cannot_be_closed_does_not_hold_up_the_others_and_is_tried_again(personas, caplog):
    broken, next_one = (opened(WorkPlanFactory(state="submitted"), personas.chair) for _n in range(2))
    nothing_to_decide = ContentType.objects.get_for_model(User)
    Procedure.objects.filter(pk=broken.pk).update(content_type=nothing_to_decide, object_id=personas.chair.pk)
    with after(next_one):
        assert procedures.close_due() == {"failed": 1, "adopted": 1}
        assert f"procedure {broken.pk} cannot be closed" in caplog.text
        assert list(Procedure.objects.open()) == [broken]
        assert procedures.close_due() == {"failed": 1}


def test_an_objection_to_something_that_is_gone_is_answered_with_a_sentence(personas, client_for):
    gone = RecommendationFactory()
    procedure = opened(gone, personas.chair)
    gone.delete()
    page = client_for(personas.committee_member).post(
        reverse("committees:procedure_object", args=[procedure.pk]), {"note": "Why at all?"}
    )
    assert page.status_code == 422
    assert "no longer there" in page.content.decode()
    procedure.refresh_from_db()
    assert (procedure.status, procedure.voices.count(), entries()) == ("open", 0, [])


def failed(procedure, *people):
    """Their mail server refused it for good."""
    Notification.objects.filter(event__verb="procedure.open", recipient__in=people).update(email_state="failed")


def test_silence_of_people_whom_no_mail_reached_adopts_nothing(personas):
    procedure = opened(ProposalFactory(submitted=True), personas.chair)
    failed(procedure, personas.vice_chair, personas.committee_member)
    with after(procedure):
        assert procedures.close_due() == {"lapsed": 1}
    assert "reached only 1 of 3" in events.of(procedure).get(verb="procedure.lapse").note
    assert Group.objects.count() == 0
    assert entries() == [("proposal", "lapsed", "written")]


def test_one_mail_that_came_to_nothing_does_not_stop_it(personas):
    procedure = opened(ProposalFactory(submitted=True), personas.chair)
    failed(procedure, personas.vice_chair)
    with after(procedure):
        assert procedures.close_due() == {"adopted": 1}


def test_the_mail_says_until_when_silence_is_a_yes(personas):
    procedure = opened(ProposalFactory(submitted=True), personas.chair)
    notifications.deliver_due()
    words = next(one.body for one in mail.outbox if one.to == [personas.vice_chair.email])
    assert f"until the end of {date_format(procedure.last_day)} (Brussels time)" in words
    assert "silence is a yes" in words
    assert "What is asked:\nPlease look." in words


def test_a_mail_about_a_procedure_whose_trail_does_not_have_the_day_can_be_written(personas):
    event = events.of(opened(ProposalFactory(submitted=True), personas.chair)).get(verb="procedure.open")
    event.data = {}
    words = render_to_string("emails/procedure.open.txt", {"event": event, "url": "https://portal.example.org/"})
    assert "What is asked:\nPlease look." in words
    assert "silence is a yes" not in words
