"""What becomes of a group: extended, converted, closed, continued; and what happens when its term is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from committees.models import Decision
from committees.services import procedures
from core import events, notifications
from core.models import Notification
from core.permissions import Denied
from core.workflow import InvalidTransition
from groups import services
from groups.errors import Incomplete
from groups.models import EndPrompt, Group, GroupChange
from groups.prompting import send_prompts
from groups.waiting import waiting_for
from members.models import User
from tests.factories.groups import (
    GroupChangeFactory,
    GroupFactory,
    GroupMembershipFactory,
    JoinRequestFactory,
    MeetingFactory,
    ProposalFactory,
    RecommendationFactory,
    TaskForceFactory,
    WorkPlanFactory,
    make_lead,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_group_is_stale")]


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def force(personas):
    found = TaskForceFactory(code="TECH-TF-07", title="Battery passport", ends=in_days(50))
    make_lead(found, user=personas.primary, organisation=personas.organisation)
    return found


def ask(force, actor, kind="extension", **more):
    fields = {"reason": "Two pilots are left."} | more
    if kind == "extension":
        fields.setdefault("new_end", in_days(200))
    if kind == "closing":
        fields = {"report": "Done.", "outputs": "A handbook."} | fields
    return services.ask_for_change(group_id=force.pk, kind=kind, actor=actor, **fields)


def kinds(user):
    return [item.kind for item in waiting_for(User.objects.get(pk=user.pk))]


def test_an_extension_is_asked_on_the_page_decided_by_the_chair_and_entered(personas, client_for, force):
    lead, chair = client_for(personas.primary), client_for(personas.chair)
    page = lead.get(reverse("groups:future", args=[force.code])).content.decode()
    assert "Ask for an extension" in page
    url = reverse("groups:change_ask", args=[force.code, "extension"])
    answer = lead.post(url, {"new_end": in_days(200).isoformat(), "reason": "Two pilots are left."})
    change = GroupChange.objects.get()
    assert answer.url == change.get_absolute_url()
    assert "extension" in kinds(personas.chair)
    assert "Grant it" in chair.get(change.get_absolute_url()).content.decode()
    chair.post(reverse("groups:change_grant", args=[change.pk]), {"manner": "meeting", "note": "Good progress."})
    force.refresh_from_db()
    assert force.ends == in_days(200)
    entry = Decision.objects.get()
    assert (entry.kind, entry.outcome, entry.manner) == ("extension", "adopted", "meeting")
    told = Notification.objects.filter(event__verb="extension.grant").values_list("recipient", flat=True)
    assert personas.primary.pk in told
    story = [event.verb for event in events.of(force).order_by("pk")]
    assert story == ["extension.ask", "extension.grant", "group.extend"]
    assert events.of(force).get(verb="group.extend").data["ends"] == [str(in_days(50)), str(in_days(200))]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(40, "It lasts until"), (900, "extended by at most 24 months from today")],
)
def test_an_end_that_cannot_stand_is_refused_at_its_field(personas, client_for, force, days, sentence):
    url = reverse("groups:change_ask", args=[force.code, "extension"])
    page = client_for(personas.primary).post(url, {"new_end": in_days(days).isoformat(), "reason": "More time."})
    assert page.status_code == 422
    assert sentence in str(page.context["form"].errors["new_end"])
    assert "More time." in page.content.decode()
    assert not GroupChange.objects.exists()


def test_a_conversion_gives_a_new_code_and_the_old_one_still_leads_there(personas, client_for, client, force):
    GroupFactory(code="TECH-WG-03")
    change = ask(force, personas.primary, "conversion")
    services.grant_change(change_id=change.pk, actor=personas.chair)
    force.refresh_from_db()
    assert (force.code, force.kind, force.ends, force.legacy_codes) == (
        "TECH-WG-04",
        "working_group",
        None,
        ["TECH-TF-07"],
    )
    assert client.get("/groups/TECH-TF-07/").url == "/groups/TECH-WG-04/"
    assert client_for(personas.primary).get("/groups/TECH-TF-07/workspace/").url == "/groups/TECH-WG-04/workspace/"
    assert client.get("/groups/TECH-TF-99/").status_code == 404


def test_a_closing_leaves_report_outputs_and_a_successor_and_ends_the_work(personas, client_for, client, force):
    heir = GroupFactory(title="Passport office")
    plan = WorkPlanFactory(group=force, state="submitted")
    change = ask(force, personas.primary, "closing", successor=heir)
    services.grant_change(change_id=change.pk, actor=personas.vice_chair, note="Thank you.")
    force.refresh_from_db()
    assert (force.status, force.ends, force.successor) == ("closed", in_days(0), heir)
    page = client.get(force.get_absolute_url()).content.decode()
    assert "A handbook." in page
    assert "Passport office" in page
    assert "Battery passport" in client.get(heir.get_absolute_url()).content.decode()
    assert "workplan" not in kinds(personas.chair)
    for act in (
        lambda: services.start_plan(group_id=force.pk, year=force.starts.year, actor=personas.primary),
        lambda: services.approve_plan(plan_id=plan.pk, actor=personas.chair),
        lambda: ask(force, personas.primary, "extension"),
    ):
        with pytest.raises(Denied, match="The group is closed"):
            act()
    assert events.of(force).filter(verb="group.close").get().note == "Two pilots are left."


def test_the_office_asks_to_close_and_decides_on_closings_but_not_on_its_own(personas, force):
    own = ask(force, personas.office, "closing")
    with pytest.raises(Denied, match="asked for it"):
        services.grant_change(change_id=own.pk, actor=personas.office)
    services.decline_change(change_id=own.pk, actor=personas.chair, note="They have just begun.")
    change = ask(force, personas.primary, "closing")
    services.grant_change(change_id=change.pk, actor=personas.office)
    assert [one.manner for one in Decision.objects.order_by("number")] == ["chair", "office"]


def test_a_closing_without_report_or_outputs_is_sent_back_with_all_that_was_written(personas, client_for, force):
    url = reverse("groups:change_ask", args=[force.code, "closing"])
    page = client_for(personas.primary).post(url, {"reason": "It is done.", "report": " ", "outputs": ""})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"report", "outputs"}
    assert "It is done." in page.content.decode()


def test_who_leads_the_group_or_asked_does_not_decide(personas):
    force = TaskForceFactory()
    make_lead(force, user=personas.chair, organisation=personas.chair.representations.get().organisation)
    change = GroupChangeFactory(group=force)
    for act in (services.grant_change, services.decline_change):
        with pytest.raises(Denied, match="You lead this group or asked for it"):
            act(change_id=change.pk, actor=personas.chair, note="Mine.")
    services.grant_change(change_id=change.pk, actor=personas.office)  # the chair cannot: it falls to the Office
    assert Decision.objects.get().manner == "office"


def test_one_request_at_a_time_and_a_withdrawn_one_makes_room(personas, force):
    change = ask(force, personas.primary)
    with pytest.raises(Denied, match="it is decided first"):
        ask(force, personas.primary, "closing")
    services.withdraw_change(change_id=change.pk, actor=personas.primary)
    assert ask(force, personas.primary, "closing").status == "asked"


def test_what_the_limits_forbid_by_the_time_of_the_decision_is_not_granted(personas, force):
    change = ask(force, personas.primary, new_end=in_days(60))
    with time_machine.travel(timezone.now() + timedelta(days=70)), pytest.raises(Incomplete, match="in the future"):
        services.grant_change(change_id=change.pk, actor=personas.chair)
    change.refresh_from_db()
    assert change.status == "asked"
    assert not Decision.objects.exists()


def test_the_slower_of_two_chairs_is_told(personas, force):
    change = ask(force, personas.primary)
    services.grant_change(change_id=change.pk, actor=personas.chair)
    with pytest.raises(InvalidTransition, match="Chair extended the task force in the meantime"):
        services.decline_change(change_id=change.pk, actor=personas.vice_chair, note="No.")


def test_prompts_go_out_60_30_and_7_days_before_the_end_once_each(personas):
    force = TaskForceFactory(ends=in_days(61))
    make_lead(force, user=personas.primary, organisation=personas.organisation)
    now, sent = timezone.now(), {}
    for day in range(63):
        with time_machine.travel(now + timedelta(days=day)):
            sent[61 - day] = send_prompts() + send_prompts()
    assert {left for left, count in sent.items() if count} == {60, 30, 7}
    assert set(sent.values()) == {0, 1}
    rows = Notification.objects.filter(event__verb="group.prompt")
    assert {row.recipient for row in rows} == {personas.primary, personas.chair, personas.vice_chair}
    assert rows.count() == 9


def test_a_prompt_leads_to_the_three_choices_of_the_lead_and_to_their_state_for_the_chair(personas, client_for, force):
    assert send_prompts() == 1
    notifications.deliver_due()
    (letter,) = [one for one in mail.outbox if personas.primary.email in one.to]
    for kind in ("extension", "conversion", "closing"):
        path = reverse("groups:change_ask", args=[force.code, kind])
        assert path in letter.body
        assert path in letter.alternatives[0][0]
        assert client_for(personas.primary).get(path).status_code == 200
    (letter,) = [one for one in mail.outbox if personas.chair.email in one.to]
    assert reverse("groups:future", args=[force.code]) in letter.body
    assert "/extension/" not in letter.body, "the chair decides, and does not ask"


def test_days_without_beat_are_made_up_for_by_the_nearest_prompt_alone(personas, force):
    with time_machine.travel(timezone.now() + timedelta(days=45)):  # 5 days before the end
        assert send_prompts() == 1
        assert EndPrompt.objects.get().days == 7


def test_who_has_asked_is_left_alone_and_an_extension_asks_anew_before_the_new_end(personas, force):
    change = ask(force, personas.primary, new_end=in_days(80))
    assert send_prompts() == 0
    services.grant_change(change_id=change.pk, actor=personas.chair)
    assert send_prompts() == 0
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert send_prompts() == 1


def test_after_its_end_nothing_new_begins_until_somebody_decides(personas, client_for, force):
    Group.objects.filter(pk=force.pk).update(ends=in_days(-1))
    force.refresh_from_db()
    for act in (
        lambda: services.start_plan(group_id=force.pk, year=force.starts.year, actor=personas.primary),
        lambda: services.ask_to_join(
            group_id=force.pk,
            organisation_id=personas.other_organisation.pk,
            actor=personas.outsider,
            representative=personas.outsider,
        ),
    ):
        with pytest.raises(Denied, match="The term of this task force is over"):
            act()
    (item,) = [one for one in waiting_for(User.objects.get(pk=personas.primary.pk)) if one.kind == "group"]
    assert item.overdue
    assert item.url == reverse("groups:future", args=[force.code])
    change = ask(force, personas.primary, new_end=in_days(100))
    services.grant_change(change_id=change.pk, actor=personas.chair)
    assert services.start_plan(group_id=force.pk, year=force.starts.year, actor=personas.primary).status == "draft"


def test_the_history_of_a_group_tells_everything_to_everybody_inside(personas, client_for, force):
    plan = WorkPlanFactory(group=force, state="submitted")
    procedure = procedures.open_procedure(
        subject=plan, actor=personas.chair, last_day=procedures.first_last_day(), question="Please look."
    )
    procedures.object_to(procedure_id=procedure.pk, actor=personas.vice_chair, note="Too early.")
    change = ask(force, personas.primary)
    services.grant_change(change_id=change.pk, actor=personas.chair)
    advice = RecommendationFactory(group=force)
    services.issue_recommendation(recommendation_id=advice.pk, actor=personas.chair)
    for who in ("primary", "committee_member", "office"):
        page = client_for(personas[who]).get(f"/groups/{force.code}/workspace/?history=all").content.decode()
        assert "extended the task force" in page
        assert "issued the recommendation" in page


def test_a_code_that_a_converted_group_had_is_never_given_again(personas, force):
    change = ask(force, personas.primary, kind="conversion")
    services.grant_change(change_id=change.pk, actor=personas.chair)
    force.refresh_from_db()
    assert force.legacy_codes == ["TECH-TF-07"]
    proposal = ProposalFactory(submitted=True, kind="task_force", ends=in_days(90))
    founded = services.accept_proposal(proposal_id=proposal.pk, actor=personas.chair)
    assert founded.code == "TECH-TF-08"


@pytest.mark.parametrize("asker", ["chair", "office"])
def test_the_lead_does_not_withdraw_a_closing_that_others_asked_for(personas, client_for, force, asker):
    change = ask(force, personas[asker], kind="closing")
    with pytest.raises(Denied, match="Only who asked to close the group"):
        services.withdraw_change(change_id=change.pk, actor=personas.primary)
    url = reverse("groups:change_withdraw", args=[change.pk])
    assert url not in client_for(personas.primary).get(change.get_absolute_url()).content.decode()
    services.withdraw_change(change_id=change.pk, actor=personas[asker])


def test_who_led_the_group_when_it_asked_does_not_decide_after_stepping_down(personas, force):
    make_lead(force, user=personas.vice_chair, role="co_lead")
    change = ask(force, personas.primary)
    force.roles.filter(user=personas.vice_chair).update(ended_at=timezone.now(), ends=in_days(-1))
    with pytest.raises(Denied, match="You lead this group or asked for it"):
        services.grant_change(change_id=change.pk, actor=User.objects.get(pk=personas.vice_chair.pk))
    assert personas.vice_chair.pk in change.recused()
    services.grant_change(change_id=change.pk, actor=personas.chair)


def test_who_stepped_down_before_it_was_asked_for_decides(personas, force):
    make_lead(force, user=personas.vice_chair, role="co_lead")
    force.roles.filter(user=personas.vice_chair).update(ended_at=timezone.now() - timedelta(days=1), ends=in_days(-1))
    change = ask(force, personas.primary)
    assert personas.vice_chair.pk not in change.recused()
    services.grant_change(change_id=change.pk, actor=personas.vice_chair)


def test_the_office_decides_where_the_chair_led_the_group_when_it_asked(personas, force):
    make_lead(force, user=personas.chair, role="co_lead")
    change = ask(force, personas.primary)
    force.roles.filter(user=personas.chair).update(ended_at=timezone.now(), ends=in_days(-1))
    services.grant_change(change_id=change.pk, actor=personas.office)


def test_a_closed_group_leaves_nothing_open_that_somebody_waits_for(personas, client_for, force):
    coming, held = MeetingFactory(group=force), MeetingFactory(group=force, days=-3)
    asked = JoinRequestFactory(group=force, organisation=personas.other_organisation, representative=personas.outsider)
    invited = GroupMembershipFactory(group=force, status="invited", representative=None)
    plan = WorkPlanFactory(group=force, state="approved")
    change = ask(force, personas.primary, kind="closing")
    services.grant_change(change_id=change.pk, actor=personas.chair)
    for one in (coming, held, asked, invited, plan):
        one.refresh_from_db()
    assert (coming.status, held.status, plan.status) == ("cancelled", "planned", "approved")
    assert (asked.status, invited.status) == ("refused", "removed")
    assert events.of(coming).get(verb="meeting.cancel").note == "The group has been closed."
    told = Notification.objects.get(event__verb="joining.refuse")
    assert told.recipient == personas.outsider
    calendar = client_for(personas.primary).get(reverse("groups:calendar_body", args=[force.code])).content.decode()
    assert "STATUS:CANCELLED" in calendar
