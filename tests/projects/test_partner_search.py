"""Members post ideas for projects, find partners, and a project comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.models import Committee, Decision, Seat
from core import events, privacy, waiting
from core.models import Event, Notification, Theme
from core.permissions import Denied
from members.models import Membership, Representation, today
from projects.models import Approach, Idea, Interest, Partner, Project
from projects.partnering import matching, services
from projects.partnering.tasks import follow_ideas
from tests.factories.groups import GroupFactory, GroupMembershipFactory
from tests.factories.ideas import IdeaFactory, InterestFactory
from tests.factories.members import MemberFactory, RepresentationFactory

pytestmark = pytest.mark.django_db
LIST = reverse("projects:idea_list")
CREATE = reverse("projects:idea_create")


def words(personas, **more):
    return {
        "key": "7d0e8a4e-2f4b-4a86-9a2b-0a4a4a1c7d11",
        "organisation": personas.organisation.pk,
        "title": "Batteries from street to shelf",
        "summary": "Who takes batteries apart needs to know how.",
        "themes": [Theme.objects.get(code="TECH-BATTERIES").pk],
        "committee": Committee.objects.get(code="TECH").pk,
        "programme": "Erasmus+",
        "deadline": today() + timedelta(days=90),
        "types": ["EDU", "IND-SME"],
        "segments": ["end_of_life"],
        "countries": "Irland, SK",
        **more,
    }


def facts(acronym="CELLS", **more):
    """What the poster tells of the project."""
    period = {"starts": "2030-01-01", "ends": "2032-12-31"}
    return {"acronym": acronym, "project_summary": "Plants train their people.", **period, **more}


def told(user) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("pk").values_list("event__verb", flat=True))


def suspend(organisation) -> None:
    """As the Office does, without its page."""
    Membership.objects.filter(organisation=organisation).delete()
    Membership.objects.create(organisation=organisation, starts="2022-01-01", status="suspended", suspended_on=today())


@pytest.fixture
def idea(personas) -> Idea:
    return IdeaFactory(organisation=personas.organisation, author=personas.primary, title="Battery repair")


def express(client, idea, organisation, **more):
    data = {"organisation": organisation.pk, "role": "package", "brings": "Two halls.", **more}
    return client.post(reverse("projects:interest_express", args=[idea.pk]), data)


def test_an_idea_goes_from_posting_to_a_project_with_its_partners(personas, client_for):
    poster, other = client_for(personas.delegate), client_for(personas.outsider)
    for _time in range(2):  # a form sent twice is one idea
        sent = poster.post(CREATE, words(personas))
    idea = Idea.objects.get()
    assert sent.url == idea.get_absolute_url()
    assert sorted(idea.countries.values_list("code", flat=True)) == ["IE", "SK"]
    assert {one.code for one in idea.profiles.all()} == {"EDU", "end_of_life"}
    assert told(personas.chair) == ["idea.post"]

    express(other, idea, personas.other_organisation)
    interest = Interest.objects.get()
    assert "interest.express" in told(personas.primary)
    assert [item.kind for item in waiting.waiting_for(personas.primary)] == ["interest"]
    poster.post(reverse("projects:interest_accept", args=[interest.pk]))
    assert told(personas.outsider) == ["interest.accept"]
    client_for(personas.chair).post(
        reverse("projects:idea_recommend", args=[idea.pk]), {"manner": "meeting", "note": "Needed."}
    )
    decision = Decision.objects.get()
    assert (decision.event.verb, decision.manner, decision.event.to_state) == (
        "idea.recommend",
        "meeting",
        "recommended",
    )
    assert "idea.recommend" in told(personas.outsider)

    grant = facts("BATSHELF", grant_number="101-7")
    poster.post(reverse("projects:idea_award", args=[idea.pk]), grant)
    assert [item.action for item in waiting.waiting_for(personas.office)] == ["Confirm it"]
    done = client_for(personas.office).post(reverse("projects:idea_confirm", args=[idea.pk]), follow=True)
    project = Project.objects.get(acronym="BATSHELF")
    assert project.get_absolute_url() in done.text
    roles = dict(project.partners.values_list("organisation__legal_name", "role"))
    assert roles == {"Acme Mobility a.s.": Partner.Role.COORDINATOR, "Other Training Ltd": Partner.Role.PARTNER}
    assert (project.country_count, project.committee_id, project.programme) == (2, idea.committee_id, "Erasmus+")
    states = list(events.of(idea).filter(to_state__gt="").order_by("pk").values_list("verb", "from_state", "to_state"))
    assert states[-3:] == [
        ("idea.recommend", "open", "recommended"),
        ("idea.award", "recommended", "awarded"),
        ("idea.confirm", "awarded", "project"),
    ]
    late = other.post(reverse("projects:interest_withdraw", args=[interest.pk]))
    assert late.status_code == 403, "what becomes of it is settled"


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"deadline": "2020-01-01"}, "deadline", "deadline of the call is past"),
        ({"starts": "2030-05-01", "ends": "2030-04-30"}, "ends", "end lies before the start"),
        ({"countries": "Slovakia, Atlantis"}, "countries", "No country is called “Atlantis”."),
        ({"types": [], "segments": []}, "types", "Say whom you look for"),
        ({"themes": []}, "themes", "Choose at least one theme."),
        ({"title": ""}, "title", "required"),
    ],
)
def test_what_is_wrong_in_an_idea_is_said_at_its_field(personas, client_for, wrong, field, sentence):
    page = client_for(personas.primary).post(CREATE, words(personas, **wrong))
    assert page.status_code == 422
    assert sentence in " ".join(page.context["form"].errors[field])
    assert not Idea.objects.exists()


def test_nobody_joins_their_own_idea_or_joins_twice_and_after_withdrawing_one_may_again(personas, client_for, idea):
    own = express(client_for(personas.reporter), idea, personas.organisation)
    assert own.context["join_form"].errors["organisation"] == ["Acme posted this idea itself."]
    other = client_for(personas.outsider)
    express(other, idea, personas.other_organisation)
    twice = express(other, idea, personas.other_organisation)
    assert "expressed its interest already" in twice.context["join_form"].errors["organisation"][0]
    other.post(reverse("projects:interest_withdraw", args=[Interest.objects.get().pk]))
    assert express(other, idea, personas.other_organisation).status_code == 302
    assert express(other, idea, personas.organisation).status_code == 422, "for somebody else"
    again = Interest.objects.latest("pk")
    poster = client_for(personas.primary)
    empty = poster.post(reverse("projects:interest_decline", args=[again.pk]), {"note": " "})
    assert (empty.status_code, Interest.objects.get(pk=again.pk).status) == (422, "pending")
    poster.post(reverse("projects:interest_decline", args=[again.pk]), {"note": "We have a trainer."})
    assert told(personas.outsider) == ["interest.decline"]
    declined = express(other, idea, personas.other_organisation)
    assert "was declined" in declined.context["join_form"].errors["organisation"][0]


def test_an_interest_is_between_the_two_until_it_is_accepted(personas, client_for, idea):
    InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider, brings="Our secret")
    for who, reads in (("primary", True), ("outsider", True), ("office", True), ("chair", False)):
        assert ("Our secret" in client_for(personas[who]).get(idea.get_absolute_url()).text) is reads, who
    assert "interest.express" not in told(personas.chair)
    client_for(personas.primary).post(reverse("projects:interest_accept", args=[Interest.objects.get().pk]))
    page = " ".join(client_for(personas.chair).get(idea.get_absolute_url()).text.split())
    assert "Our secret" in page
    assert "accepted as a partner: Other Training" in page, "the history says whom"


def test_who_has_a_part_in_an_idea_does_not_recommend_it(personas, client_for, idea):
    """The vice-chair does, and the Office where the chair cannot."""
    url = reverse("projects:idea_recommend", args=[idea.pk])
    office = client_for(personas.office)
    assert office.post(url).status_code == 403, "the chair can"
    InterestFactory(idea=idea, organisation=personas.chair.organisations[0], person=personas.chair)
    refused = client_for(personas.chair).post(url)
    assert refused.status_code == 403
    assert "have a part in this idea" in refused.text
    assert office.post(url).status_code == 302
    second = IdeaFactory(organisation=personas.vice_chair.organisations[0])
    assert client_for(personas.vice_chair).post(reverse("projects:idea_recommend", args=[second.pk])).status_code == 403


@pytest.mark.parametrize("part", ["posted", "wants"])
def test_who_sits_for_an_organisation_with_a_part_does_not_recommend_it_either(personas, client_for, idea, part):
    """Though somebody else represents it: then the Office decides."""
    seat = Seat.objects.of(personas.chair).get()
    seat.organisation = personas.organisation if part == "posted" else personas.other_organisation
    seat.save(update_fields=["organisation"])
    if part == "wants":
        InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider)
    url = reverse("projects:idea_recommend", args=[idea.pk])
    assert client_for(personas.chair).post(url).status_code == 403
    assert client_for(personas.office).post(url).status_code == 302


def test_what_the_committee_recommended_is_not_rewritten_and_two_windows_notice_each_other(personas, client_for, idea):
    client, url = client_for(personas.primary), reverse("projects:idea_edit", args=[idea.pk])
    old = words(personas, revision=idea.revision, title="Battery repair, two")
    assert client.post(url, old).url == idea.get_absolute_url()
    again = client.post(url, {**old, "title": "Battery repair, three"})
    assert again.status_code == 422
    assert "since you opened it" in again.text
    idea.refresh_from_db()
    assert idea.title == "Battery repair, two"
    client_for(personas.chair).post(reverse("projects:idea_recommend", args=[idea.pk]))
    assert "not rewritten" in client.get(url).text


def test_the_search_ends_once_with_its_last_day_in_brussels_and_its_people_are_told_a_week_before(personas, client_for):
    day = timezone.datetime(2031, 3, 20, 22, 30, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(day - timedelta(days=9), tick=False):
        idea = IdeaFactory(
            organisation=personas.organisation, author=personas.delegate, deadline=day.date(), reminded_of=None
        )
        InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider)
        assert follow_ideas() == {"expired": 0, "reminded": 0}
    with time_machine.travel(day - timedelta(days=7), tick=False):
        assert follow_ideas() == {"expired": 0, "reminded": 1}
        assert follow_ideas() == {"expired": 0, "reminded": 0}
    assert told(personas.delegate) == told(personas.primary) == ["idea.remind"]
    with time_machine.travel(day, tick=False):
        assert follow_ideas() == {"expired": 0, "reminded": 0}, "its last day lasts until midnight"
        assert Idea.objects.live().exists()
    with time_machine.travel(day + timedelta(hours=2), tick=False):  # beat has not come yet
        late = client_for(personas.chair)
        assert express(late, idea, personas.chair.organisations[0]).status_code == 403
        assert follow_ideas() == {"expired": 1, "reminded": 0}
        assert follow_ideas() == {"expired": 0, "reminded": 0}
    idea.refresh_from_db()
    assert idea.status == Idea.Status.EXPIRED
    assert Event.objects.filter(verb="idea.expire").count() == 1
    assert told(personas.outsider) == ["idea.expire"]


def test_a_grant_is_told_in_full_may_be_returned_and_comes_long_after_the_call(personas, client_for, idea):
    Idea.objects.filter(pk=idea.pk).update(deadline=today() - timedelta(days=1))
    follow_ideas()
    poster, office = client_for(personas.primary), client_for(personas.office)
    award, back = (reverse(f"projects:idea_{step}", args=[idea.pk]) for step in ("award", "return"))
    for wrong, field in (
        ({"ends": "2029-12-31"}, "ends"),
        ({"acronym": "DRIVES"}, "acronym"),
        ({"acronym": "ideas"}, "acronym"),
        ({"project_summary": " "}, "project_summary"),
    ):
        page = poster.post(award, facts(**wrong))
        assert (page.status_code, list(page.context["award_form"].errors)) == (422, [field])
    poster.post(award, facts())
    assert office.post(back, {"note": ""}).status_code == 422
    office.post(back, {"note": "The number is missing."})
    idea.refresh_from_db()
    assert idea.status == Idea.Status.EXPIRED
    assert "idea.return" in told(personas.primary)
    poster.post(award, facts())
    office.post(reverse("projects:idea_confirm", args=[idea.pk]))
    twice = office.post(reverse("projects:idea_confirm", args=[idea.pk]), follow=True)
    assert "Nothing was changed" in twice.text
    assert Project.objects.filter(acronym="CELLS").count() == 1


def test_it_closes_with_a_reason_that_the_interested_are_told(personas, client_for, idea):
    InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider)
    url, client = reverse("projects:idea_close", args=[idea.pk]), client_for(personas.primary)
    assert client.post(url, {}).status_code == 422
    client.post(url, {"note": "Another consortium is ahead."})
    assert told(personas.outsider) == ["idea.close"]
    assert "Another consortium is ahead." in client_for(personas.outsider).get(idea.get_absolute_url()).text
    assert not waiting.waiting_for(personas.primary)


def test_a_form_of_somebody_elses_key_is_an_idea_of_its_own(personas, client_for):
    client_for(personas.outsider).post(CREATE, words(personas, organisation=personas.other_organisation.pk))
    assert client_for(personas.primary).post(CREATE, words(personas)).status_code == 302
    assert Idea.objects.count() == 2


def test_who_goes_back_and_sends_other_words_has_them_in_the_idea(personas, client_for):
    client = client_for(personas.primary)
    for _sent in range(2):
        client.post(CREATE, words(personas))
    assert [event.verb for event in events.of(Idea.objects.get())] == ["idea.post"], "sent twice it says nothing new"
    client.post(CREATE, words(personas, summary="It is written better now.", countries="PL"))
    idea = Idea.objects.get()
    assert (idea.summary, [one.code for one in idea.countries.all()]) == ("It is written better now.", ["PL"])
    assert {event.verb for event in events.of(idea)} == {"idea.post", "idea.change"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"website": "https://example.org/" + "x" * 200}, "website"),
        ({"ends": "9999-12-31"}, "ends"),
        ({"starts": "0202-01-01"}, "starts"),
    ],
)
def test_what_no_project_can_hold_is_refused_with_its_field_where_a_grant_is_told(
    personas, client_for, wrong, field, idea
):
    answer = client_for(personas.primary).post(
        reverse("projects:idea_award", args=[idea.pk]), facts(**wrong), follow=True
    )
    assert answer.status_code == 422
    assert f"id_{field}_error" in answer.text or f"{field}_error" in answer.text
    assert not Project.objects.filter(acronym="CELLS").exists()


def test_what_members_wrote_among_themselves_does_not_go_to_the_public_page(personas, client_for, client, idea):
    Idea.objects.filter(pk=idea.pk).update(summary="Between us: our hall stands empty.")
    form = client_for(personas.primary).get(idea.get_absolute_url()).context["award_form"]
    assert not form.initial["project_summary"], "nobody publishes it by leaving a field as it is"
    client_for(personas.primary).post(reverse("projects:idea_award", args=[idea.pk]), facts())
    office = client_for(personas.office)
    assert "Plants train their people." in office.get(idea.get_absolute_url()).text, "read before it is entered"
    office.post(reverse("projects:idea_confirm", args=[idea.pk]))
    page = client.get(Project.objects.get(acronym="CELLS").get_absolute_url()).text
    assert "Plants train their people." in page
    assert "our hall stands empty" not in page
    assert "our hall stands empty" not in client.get(reverse("projects:project_list")).text


def test_nobody_is_left_without_an_answer_when_an_idea_is_granted(personas, client_for, idea):
    interest = InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider)
    client, award = client_for(personas.primary), reverse("projects:idea_award", args=[idea.pk])
    early = client.post(award, facts())
    assert early.status_code == 422
    assert "1 interest waits for your answer" in early.text
    client.post(reverse("projects:interest_decline", args=[interest.pk]), {"note": "We are complete."})
    assert client.post(award, facts()).status_code == 302


def test_two_granted_ideas_do_not_take_one_acronym(personas, client_for, idea):
    other = IdeaFactory(organisation=personas.other_organisation, author=personas.outsider)
    client_for(personas.outsider).post(reverse("projects:idea_award", args=[other.pk]), facts("Cells"))
    page = client_for(personas.primary).post(reverse("projects:idea_award", args=[idea.pk]), facts("CELLS"))
    assert page.context["award_form"].errors["acronym"] == ["Another granted idea has this acronym."]


def test_what_was_returned_says_why_and_is_not_asked_for_again_in_full(personas, client_for, idea):
    poster, award = client_for(personas.primary), reverse("projects:idea_award", args=[idea.pk])
    poster.post(award, facts())
    Idea.objects.filter(pk=idea.pk).update(posted_at=timezone.now() - timedelta(days=200))
    (item,) = waiting.waiting_for(personas.office)
    assert (timezone.now() - item.since) < timedelta(hours=1), "since it was told"
    back = reverse("projects:idea_return", args=[idea.pk])
    client_for(personas.office).post(back, {"note": "The number is missing."})
    page = poster.get(idea.get_absolute_url())
    assert "returned what you told of the project" in page.text
    assert page.context["award_form"].initial["acronym"] == "CELLS"
    poster.post(award, facts())
    assert "returned what you told" not in poster.get(idea.get_absolute_url()).text


def test_a_member_whose_membership_rests_is_not_accepted_but_can_be_declined(personas, client_for, idea):
    interest = InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider)
    suspend(personas.other_organisation)
    client = client_for(personas.primary)
    refused = client.post(reverse("projects:interest_accept", args=[interest.pk]))
    assert (refused.status_code, "membership of this organisation rests" in refused.text) == (403, True)
    page = client.get(idea.get_absolute_url()).text
    assert reverse("projects:interest_accept", args=[interest.pk]) not in page
    assert reverse("projects:interest_decline", args=[interest.pk]) in page


def test_whoever_was_not_answered_reads_so_when_the_idea_is_closed(personas, client_for, idea):
    InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider)
    client_for(personas.primary).post(reverse("projects:idea_close", args=[idea.pk]), {"note": "No money."})
    page = client_for(personas.outsider).get(idea.get_absolute_url()).text
    assert "Was not answered" in page
    assert "Waits for an answer" not in page


def test_a_call_that_is_extended_postpones_the_search_and_those_interested_are_told(personas, client_for, idea):
    """Also after the committee has recommended it; not once the deadline is past."""
    InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider)
    client, url = client_for(personas.primary), reverse("projects:idea_postpone", args=[idea.pk])
    client_for(personas.chair).post(reverse("projects:idea_recommend", args=[idea.pk]))
    before, later = idea.deadline, idea.deadline + timedelta(days=30)
    for wrong in (before, before - timedelta(days=1)):
        page = client.post(url, {"deadline": wrong, "note": "Extended."})
        assert page.status_code == 422
        assert "name a later day" in page.context["postpone_form"].errors["deadline"][0]
        assert "Extended." in page.text, "nothing typed is lost"
    assert client.post(url, {"deadline": later, "note": "The agency gives a month."}).status_code == 302
    idea.refresh_from_db()
    assert (idea.deadline, idea.status, idea.revision) == (later, Idea.Status.RECOMMENDED, 2)
    event = events.of(idea).first()
    assert (event.verb, event.data) == ("idea.postpone", {"from": before.isoformat(), "to": later.isoformat()})
    assert event.note.endswith("The agency gives a month.")
    assert told(personas.outsider)[-1] == "idea.postpone"
    assert "The agency gives a month." in client_for(personas.outsider).get(idea.get_absolute_url()).text
    with time_machine.travel(timezone.now() + timedelta(days=91)), pytest.raises(Denied):
        services.postpone_idea(idea_id=idea.pk, actor=personas.primary, deadline=later + timedelta(days=90))


def test_an_edit_that_began_before_the_deadline_was_postponed_does_not_put_it_back(personas, client_for, idea):
    client = client_for(personas.primary)
    old = words(personas, revision=idea.revision)
    client.post(reverse("projects:idea_postpone", args=[idea.pk]), {"deadline": idea.deadline + timedelta(days=50)})
    assert client.post(reverse("projects:idea_edit", args=[idea.pk]), old).status_code == 422
    idea.refresh_from_db()
    assert idea.deadline == today() + timedelta(days=110)


def test_the_history_keeps_what_is_between_two_organisations_from_others(personas, client_for, idea):
    express(client_for(personas.outsider), idea, personas.other_organisation, brings="Our secret hall.")
    interest = Interest.objects.get()
    client_for(personas.primary).post(reverse("projects:interest_decline", args=[interest.pk]), {"note": "Too dear."})
    for who, reads in (("primary", True), ("outsider", True), ("chair", False), ("committee_member", False)):
        page = client_for(personas[who]).get(idea.get_absolute_url()).text
        assert ("Our secret hall." in page, "Too dear." in page) == (reads, reads), who


def test_where_a_membership_rests_the_rights_end_at_once_and_the_idea_is_marked(personas, client_for, idea):
    interest = InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider)
    suspend(personas.organisation)
    assert client_for(personas.primary).get(idea.get_absolute_url()).status_code == 404
    assert client_for(personas.primary).post(reverse("projects:interest_accept", args=[interest.pk])).status_code == 404
    chair = client_for(personas.chair)
    assert "membership rests" in chair.get(LIST).text
    assert "is not an active member at the moment" in chair.get(idea.get_absolute_url()).text
    assert express(chair, idea, personas.chair.organisations[0]).status_code == 403
    assert chair.post(reverse("projects:idea_recommend", args=[idea.pk])).status_code == 403


def test_suggestions_say_why_and_whoever_is_asked_to_look_is_told_once(personas, client_for):
    theme = Theme.objects.get(code="TECH-BATTERIES")
    group = GroupFactory(code="TECH-WG-77")
    group.themes.add(theme)
    fits = MemberFactory(legal_name="Fitting SME", type="IND-SME", country_code="SK", segments=["software"])
    contact = RepresentationFactory(organisation=fits, role=Representation.Role.PRIMARY).user
    GroupMembershipFactory(group=group, organisation=fits)
    Partner.objects.create(project=Project.objects.get(slug="albatts"), organisation=fits)
    MemberFactory(legal_name="Same country only", type="IND-OEM", country_code="SK")
    MemberFactory(legal_name="Type only", type="IND-SME", country_code="PL")
    suspend(MemberFactory(legal_name="Resting SME", type="IND-SME", country_code="SK"))
    idea = IdeaFactory(
        organisation=personas.organisation,
        author=personas.primary,
        sought={"types": ["IND-SME"], "profiles": ["software"], "countries": ["SK"]},
    )
    client = client_for(personas.primary)
    found = client.get(idea.get_absolute_url())
    assert [(one.of.legal_name, one.reason) for one in found.context["suggestions"]] == [
        (
            "Fitting SME",
            "Small or medium enterprise in Slovakia · Software and services · member of TECH-WG-77"
            " · partner in ALBATTS",
        ),
        ("Type only", "Small or medium enterprise"),
    ]
    assert client_for(personas.chair).get(idea.get_absolute_url()).context["suggestions"] == []

    ask = reverse("projects:idea_approach", args=[idea.pk])
    for _time in range(2):
        client.post(ask, {"organisation": fits.pk})
    assert (told(contact), Approach.objects.count()) == (["approach.make"], 1)
    assert "asked for a look at the idea: Fitting SME" in " ".join(client.get(idea.get_absolute_url()).text.split())
    mine = client_for(contact).get(reverse("pages:me"))
    assert [(one.of, one.was_asked) for one in mine.context["ideas"]] == [(idea, True)]
    assert "Slovakia · Software and services · member of TECH-WG-77 · partner in ALBATTS" in mine.text
    InterestFactory(idea=idea, organisation=fits, person=contact)
    assert matching.ideas_for(contact) == []
    assert matching.ideas_for(personas.primary) == [], "not one's own"


def test_a_family_is_sought_as_well_as_a_single_type(personas):
    """Any of education: private trainers are among them."""
    idea = IdeaFactory(sought={"types": [], "profiles": ["EDU"], "countries": [], "themes": []})
    assert [one.of for one in matching.organisations_for(idea)] == [personas.other_organisation]
    assert [one.of for one in matching.ideas_for(personas.outsider)] == [idea]


def test_the_list_is_narrowed_by_what_it_offers(personas, client_for):
    first = IdeaFactory(title="First", programme="Horizon Europe", deadline=today() + timedelta(days=10))
    second = IdeaFactory(
        title="Second", committee_code="EDU", sought={"types": [], "profiles": ["RES"], "countries": ["PL"]}
    )
    closed = IdeaFactory(title="Third", status="closed")
    client = client_for(personas.chair)
    for query, found in (
        ({}, [first, second]),
        ({"programme": "Horizon Europe"}, [first]),
        ({"within": "30"}, [first]),
        ({"country": "PL"}, [second]),
        ({"type": "RES"}, [second]),
        ({"type": "EDU-PRIV"}, [first]),
        ({"committee": "EDU"}, [second]),
        ({"state": "closed"}, [closed]),
        ({"state": "all"}, [closed, second, first]),
        ({"q": "seco"}, [second]),
        ({"q": "%'\"", "within": "x"}, []),
        ({"state": "nonsense"}, [first, second]),
    ):
        page = client.get(LIST, query)
        assert sorted(one.pk for one in page.context["page"]) == sorted(one.pk for one in found), query
    rows = client.get(LIST, {"q": "seco"}, headers={"HX-Request": "true"})
    assert "<html" not in rows.text


def test_lists_and_suggestions_take_the_same_number_of_queries_for_few_and_for_many(personas, client_for):
    counts = []
    own = IdeaFactory(organisation=personas.organisation, author=personas.primary)
    client = client_for(personas.primary)
    for _round in range(2):
        for _n in range(9):
            IdeaFactory(
                organisation=personas.other_organisation,
                author=personas.outsider,
                sought={"types": ["IND-SUP"], "profiles": ["software"]},
            )
            partner = MemberFactory(type="EDU-PRIV")
            InterestFactory(idea=own, organisation=partner, status="accepted")
            InterestFactory(idea=own, organisation=MemberFactory(type="IND-OEM"))
            MemberFactory(type="EDU-PRIV", country_code="IE")
        taken = []
        for url in (LIST, own.get_absolute_url(), reverse("pages:me")):
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(url).status_code == 200
            taken.append(len(queries))
        counts.append(taken)
    assert counts[0] == counts[1]
    assert max(counts[0]) < 50, counts


def test_a_visitor_is_sent_to_sign_in(client, idea):
    for url in (LIST, CREATE, idea.get_absolute_url()):
        assert client.get(url).url.startswith(reverse("account_login"))
    assert idea.title not in client.get(reverse("projects:project_list")).text


def test_a_person_reads_in_their_data_what_they_posted_and_where_they_were_interested(personas, idea):
    InterestFactory(idea=idea, organisation=personas.other_organisation, person=personas.outsider)
    assert privacy.data_of(personas.primary)["project_ideas"][0]["title"] == "Battery repair"
    assert privacy.data_of(personas.outsider)["project_ideas"][0]["brings"] == "Two training halls."


def test_two_organisations_that_become_one_have_one_interest_and_none_in_their_own_idea(personas):
    from tests.members.test_merging import everything_about, merge, undo

    kept, merged = MemberFactory(legal_name="Kept"), MemberFactory(legal_name="Merged")
    theirs, foreign = IdeaFactory(organisation=merged), IdeaFactory()
    InterestFactory(idea=theirs, organisation=kept)
    InterestFactory(idea=foreign, organisation=kept)
    further = InterestFactory(idea=foreign, organisation=merged, status="accepted")
    before = everything_about(kept, merged)
    done = merge(personas, kept, merged)
    assert Idea.objects.get(pk=theirs.pk).organisation == kept
    assert list(Interest.objects.filter(organisation=kept)) == [further]
    outcome = undo(personas, done).outcome
    assert outcome["kept"] == outcome["failed"] == []
    assert everything_about(kept, merged) == before
