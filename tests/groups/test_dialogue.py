"""People discuss in their committees and groups, and comment on plans, activities and proposals."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.models import Committee
from core import events, privacy
from core.models import Notification, NotificationSetting
from core.permissions import Denied
from core.workflow import InvalidTransition
from groups import services
from groups.models import Comment, Group, Thread, ThreadReader
from groups.services import dialogue
from members.models import User
from members.services import erasure
from tests.factories.dialogue import CommentFactory, ThreadFactory
from tests.factories.groups import GroupFactory, GroupMembershipFactory, ProposalFactory, WorkPlanFactory, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(personas):
    """Acme's primary contact leads; the outsider's organisation takes no part."""
    found = GroupFactory(title="Battery repair")
    make_lead(found, user=personas.primary, organisation=personas.organisation)
    return found


@pytest.fixture
def member(group):
    return GroupMembershipFactory(group=group).representative


def said(**more):
    return {"text": "Who has a list?", "key": uuid.uuid4(), **more}


def heard(user, verb=""):
    rows = Notification.objects.filter(recipient=user).order_by("pk").values_list("event__verb", flat=True)
    return [one for one in rows if not verb or one == verb]


def opened(group, actor, **more):
    return dialogue.open_discussion(
        body=group, key=uuid.uuid4(), actor=actor, title="Job roles", text="Which list do you use?", **more
    )


def write(thread, actor, text="We use ESCO.", **more):
    return dialogue.write_comment(thread=thread, key=uuid.uuid4(), actor=actor, text=text, **more)


def test_a_discussion_from_its_first_comment_to_its_end(personas, client_for, group, member):
    lead, other = client_for(personas.primary), client_for(member)
    answer = other.post(reverse("groups:discussion_open", args=[group.code]), said(title="Job roles"))
    thread = Thread.objects.get()
    assert answer.url == thread.get_absolute_url()
    assert heard(personas.primary) == ["discussion.open"]
    assert heard(member) == []  # never to who wrote it
    assert "new" in lead.get(reverse("groups:discussion_list", args=[group.code])).content.decode()
    written = lead.post(reverse("groups:discussion_write", args=[thread.pk]), said(text="- ESCO\n- https://esco.eu"))
    page = other.get(written.url, follow=True).content.decode()
    assert "<ul><li>ESCO</li>" in page
    assert heard(member) == ["comment.write"]  # who opened it follows it
    assert "badge info" not in lead.get(reverse("groups:discussion_list", args=[group.code])).content.decode()
    lead.post(reverse("groups:discussion_close", args=[thread.pk]), {"note": "Answered."})
    late = other.post(reverse("groups:discussion_write", args=[thread.pk]), said(text="One more thing."))
    assert late.status_code == 409
    assert "One more thing." in late.content.decode()  # what was written meanwhile is not lost
    assert "This discussion is closed." in late.content.decode()
    lead.post(reverse("groups:discussion_reopen", args=[thread.pk]), {})
    assert other.post(reverse("groups:discussion_write", args=[thread.pk]), said()).status_code == 302
    assert [one.verb for one in events.of(thread)][::-1][:2] == ["discussion.open", "comment.write"]


def test_one_sent_twice_is_one(personas, client_for, group):
    lead = client_for(personas.primary)
    form, thread = said(title="Job roles"), None
    for _click in (1, 2):
        lead.post(reverse("groups:discussion_open", args=[group.code]), form)
    thread = Thread.objects.get()
    form = said(text="Twice.")
    for _click in (1, 2):
        assert lead.post(reverse("groups:discussion_write", args=[thread.pk]), form).status_code == 302
    assert [one.text for one in thread.comments.all()] == ["Who has a list?", "Twice."]
    assert Notification.objects.filter(event__verb="comment.write", recipient=personas.primary).count() == 0


def test_an_empty_comment_and_an_empty_title_are_asked_for_at_their_fields(personas, client_for, group):
    page = client_for(personas.primary).post(
        reverse("groups:discussion_open", args=[group.code]), said(title="", text="Who?")
    )
    assert page.status_code == 422
    assert "Give it a title" in page.content.decode()
    assert "Who?" in page.content.decode()


@pytest.mark.parametrize("kind", ["group", "committee"])
def test_outsiders_find_nothing(personas, client_for, group, kind):
    body = group if kind == "group" else Committee.objects.get(code="TECH")
    thread = opened(body, personas.chair)
    comment = thread.comments.get()
    outsider = client_for(personas.outsider)
    for url in (
        reverse("groups:discussion_list", args=[body.code]),
        thread.get_absolute_url(),
        comment.get_absolute_url(),
        reverse("groups:announcement_list", args=[body.code]),
    ):
        assert outsider.get(url).status_code == 404, url
    assert outsider.post(reverse("groups:discussion_write", args=[thread.pk]), said()).status_code == 404
    assert not events.readable_by(personas.outsider, events.of(body)).filter(verb="discussion.open").exists()


def test_comments_on_plan_and_activity_are_for_those_who_see_the_plan(personas, client_for, group):
    plan = WorkPlanFactory(group=group, state="submitted")
    chair, outsider = client_for(personas.chair), client_for(personas.outsider)
    write_to = reverse("groups:comment_write", args=["plan", plan.pk])
    written = chair.post(write_to, said(text="Is the pilot in May realistic?"))
    assert heard(personas.primary, "comment.write") == ["comment.write"]  # leads it, and follows nothing yet
    assert "realistic?" in client_for(personas.primary).get(plan.get_absolute_url()).content.decode()
    assert outsider.get(written.url).status_code == 404
    assert outsider.post(write_to, said()).status_code == 404
    activity = plan.activities.first()
    chair.post(reverse("groups:comment_write", args=["activity", activity.pk]), said(text="Who pays?"))
    assert "1 comment" in chair.get(plan.get_absolute_url()).content.decode()
    assert "Who pays?" in chair.get(reverse("groups:comments", args=["activity", activity.pk])).content.decode()
    assert Thread.objects.count() == 2


def test_comments_on_a_proposal_stay_between_those_who_propose_found_and_decide(personas, client_for):
    proposal = ProposalFactory(organisation=personas.organisation, proposer=personas.primary, submitted=True)
    url = reverse("groups:comments", args=["proposal", proposal.pk])
    client_for(personas.committee_member).post(reverse("groups:comment_write", args=["proposal", proposal.pk]), said())
    assert heard(personas.primary, "comment.write") == ["comment.write"]
    assert heard(personas.chair, "comment.write") == ["comment.write"]  # has it to decide
    assert client_for(personas.outsider).get(url).status_code == 404
    group = services.accept_proposal(proposal_id=proposal.pk, actor=personas.chair)
    later = GroupMembershipFactory(group=group).representative
    assert "Who has a list?" not in client_for(later).get(proposal.get_absolute_url()).content.decode()
    assert client_for(later).get(url).status_code == 404
    assert "Who has a list?" in client_for(personas.office).get(url).content.decode()


def test_people_are_named_by_typing_or_by_choosing_and_only_if_they_may_read_it(personas, group, member):
    thread = opened(group, personas.primary)
    text = f"@{member.name.upper()} and @{personas.outsider.name}: see this."
    comment = write(thread, personas.primary, text, tell=[personas.chair, personas.outsider])
    assert set(comment.mentioned.all()) == {member, personas.chair}
    assert heard(member) == ["discussion.open", "mention.make"]  # not once more as a follower
    assert heard(personas.outsider) == []
    write(thread, personas.chair, "Thanks.")
    assert heard(member)[2:] == ["comment.write"]  # who was named follows from then on


def test_who_mutes_hears_only_of_being_named_and_settings_spare_e_mails(personas, client_for, group, member):
    thread = opened(group, personas.primary)
    browser = client_for(member)
    browser.post(reverse("groups:discussion_follow", args=[thread.pk]), {"choice": "follow"})
    write(thread, personas.primary)
    browser.post(reverse("groups:discussion_follow", args=[thread.pk]), {"choice": "mute"})
    write(thread, personas.primary)
    assert heard(member, "comment.write") == ["comment.write"]
    NotificationSetting.objects.create(user=member, kind="mention", pace="never")
    write(thread, personas.primary, f"@{member.name}?")
    row = Notification.objects.get(recipient=member, event__verb="mention.make")
    assert row.email_state == Notification.Email.NONE
    assert "You want quiet" in browser.get(thread.get_absolute_url()).content.decode()


def test_ones_own_comment_is_changed_within_an_hour_and_that_is_seen(personas, client_for, group, member):
    comment = opened(group, member).comments.get()
    url = reverse("groups:comment_edit", args=[comment.pk])
    browser = client_for(member)
    assert browser.post(url, {"text": "Which lists?"}).status_code == 302
    assert "changed" in browser.get(comment.thread.get_absolute_url()).content.decode()
    assert client_for(personas.primary).post(url, {"text": "Mine now"}).status_code == 403
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        late = client_for(member).post(url, {"text": "Which of the lists?"})
        assert late.status_code == 409
        assert "Which of the lists?" in late.content.decode()
    comment.refresh_from_db()
    assert comment.text == "Which lists?"
    assert events.of(comment).filter(verb="comment.edit").count() == 1


def test_in_a_closed_group_nothing_is_written_and_nothing_changed(personas, group):
    comment = opened(group, personas.primary).comments.get()
    Group._base_manager.filter(pk=group.pk).update(status="closed")
    comment = Comment.objects.get(pk=comment.pk)
    with pytest.raises(Denied, match="group is closed"):
        write(comment.thread, personas.primary)
    with pytest.raises(Denied, match="group is closed"):
        dialogue.edit_comment(comment_id=comment.pk, actor=personas.primary, text="Another text.")


def test_a_removed_comment_leaves_its_place_with_the_reason(personas, client_for, group, member):
    thread = opened(group, member)
    comment = write(thread, member, "Call 0123 for Mr Secret.")
    url = reverse("groups:comment_remove", args=[comment.pk])
    lead = client_for(personas.primary)
    assert client_for(GroupMembershipFactory(group=group).representative).get(url).status_code == 403
    assert lead.post(url, {"note": ""}).status_code == 422
    assert lead.post(url, {"note": "A private number."}).status_code == 302
    page = client_for(member).get(thread.get_absolute_url()).content.decode()
    assert "Mr Secret" not in page
    assert "A private number." in page
    assert heard(member, "comment.remove") == ["comment.remove"]
    with pytest.raises(InvalidTransition):  # two at once: the second is told
        dialogue.withdraw_comment(comment_id=comment.pk, actor=member)
    mine = write(thread, member)
    client_for(member).post(reverse("groups:comment_withdraw", args=[mine.pk]))
    mine.refresh_from_db()
    assert (mine.status, mine.text) == ("withdrawn", "")


def test_who_lost_their_place_reads_and_hears_nothing_more(personas, client_for, group, member):
    thread = opened(group, member)
    membership = group.memberships.get(representative=member)
    services.remove(membership_id=membership.pk, actor=personas.primary, note="Left the sector.")
    member = User.objects.get(pk=member.pk)
    write(thread, personas.primary, f"@{member.name}: are you there?")
    assert heard(member, "comment.write") == heard(member, "mention.make") == []
    assert client_for(member).get(thread.get_absolute_url()).status_code == 404
    with pytest.raises(Denied):
        write(thread, member)


def test_pinned_ones_stand_first_and_only_those_who_look_after_it_pin(personas, client_for, group, member):
    first, second = opened(group, member), opened(group, member)
    url = reverse("groups:discussion_pin", args=[first.pk])
    assert client_for(member).post(url, {"pinned": "on"}).status_code == 403
    client_for(personas.primary).post(url, {"pinned": "on"})
    page = client_for(member).get(reverse("groups:discussion_list", args=[group.code]))
    assert list(page.context["page"]) == [first, second]


def test_a_thread_is_about_exactly_one_thing(group):
    with pytest.raises(IntegrityError), transaction.atomic():
        ThreadFactory(group=group, committee=group.committee)
    with pytest.raises(IntegrityError), transaction.atomic():
        ThreadFactory(group=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        ThreadFactory(group=group, title="")


@pytest.mark.thorough
def test_lists_and_pages_take_as_many_queries_for_many_as_for_few(personas, client_for, group):
    browser = client_for(personas.chair)
    people = [GroupMembershipFactory(group=group).representative for _n in range(6)]

    def counted(url):
        browser.get(url)  # marks it as read
        with CaptureQueriesContext(connection) as found:
            assert browser.get(url).status_code == 200
        return len(found)

    def fill(number):
        threads = [ThreadFactory(group=group, opened_by=people[n % 6]) for n in range(number)]
        for n in range(number * 4):
            comment = CommentFactory(thread=thread, author=people[n % 6], organisation=personas.organisation)
            if n % 3 == 0:
                comment.mentioned.add(people[1])
        return threads

    thread = ThreadFactory(group=group, opened_by=people[0])
    urls = [reverse("groups:discussion_list", args=[group.code]), thread.get_absolute_url()]
    fill(2)
    few = [counted(url) for url in urls]
    fill(20)
    assert [counted(url) for url in urls] == few


def test_a_comment_is_found_on_its_page(personas, client_for, group):
    thread = ThreadFactory(group=group)
    rows = [CommentFactory(thread=thread) for _n in range(51)]
    browser = client_for(personas.office)
    assert browser.get(rows[0].get_absolute_url()).url.endswith(f"?page=1#comment-{rows[0].pk}")
    assert browser.get(rows[50].get_absolute_url()).url.endswith(f"?page=2#comment-{rows[50].pk}")
    assert rows[50].text in browser.get(thread.get_absolute_url()).content.decode()


def test_what_one_wrote_is_exported_and_stays_without_ones_name(personas, group, member):
    member.name = "Karolina Dvořáková"
    member.save()
    thread = opened(group, personas.primary)
    write(thread, member, "I, Karolina Dvořáková, agree.")
    write(thread, personas.primary, "@Karolina Dvořáková, thanks.")
    data = privacy.data_of(member)
    assert data["comments"][0]["text"] == "I, Karolina Dvořáková, agree."
    assert data["followed"][0]["choice"] == "follow"
    erasure.forget_person(user_id=member.pk, actor=personas.office)
    assert not ThreadReader.objects.filter(user=member).exists()
    texts = list(thread.comments.values_list("text", flat=True))
    assert len(texts) == 3
    assert not any("Karolina" in text for text in texts)
    assert Comment.objects.filter(author=member).exists()


def test_what_was_said_while_a_plan_was_written_stays_inside_when_every_member_reads_the_plan(
    personas, client_for, group, member
):
    plan = WorkPlanFactory(group=group, state="approved")
    for about in ({"plan": plan}, {"activity": plan.activities.first()}):
        thread = ThreadFactory(group=None, title="", **about)
        write(thread, personas.primary, "Acme cannot pay for this.")
    outside = client_for(personas.outsider)
    page = outside.get(plan.get_absolute_url())
    assert page.status_code == 200
    assert "Acme cannot pay for this." not in page.content.decode()
    assert "Acme cannot pay" not in outside.get("/search/", {"q": "cannot pay"}).content.decode()
    for thread in Thread.objects.all():
        assert outside.get(thread.get_absolute_url()).status_code == 404
    inside = client_for(member).get(plan.get_absolute_url()).content.decode()
    assert "Acme cannot pay for this." in inside
