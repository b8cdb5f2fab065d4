"""The committee asks about a proposal; the proposer answers, and both stay with it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import events
from core.models import Notification
from core.permissions import Denied
from groups import exchange, services
from members.models import User
from tests.factories.groups import ProposalFactory
from tests.factories.members import RepresentationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(personas):
    found = ProposalFactory(organisation=personas.organisation, proposer=personas.primary, submitted=True)
    services.return_proposal(proposal_id=found.pk, actor=personas.chair, note="Who pays?")
    return found


def answer(browser, proposal, **data):
    return browser.post(reverse("groups:proposal_answer", args=[proposal.pk]), data)


def test_question_and_answer_stay_in_order_with_who_and_when(personas, client_for, returned):
    member = client_for(personas.primary)
    answer(member, returned, note="Each member for its own people.")
    assert answer(member, returned, note="And travel is free.", hand_in="on").url == returned.get_absolute_url()
    returned.refresh_from_db()
    assert returned.status == "submitted"
    services.return_proposal(proposal_id=returned.pk, actor=personas.vice_chair, note="How many workers?")
    first, second = exchange.of(returned)
    assert [one.note for one in first.answers] == ["Each member for its own people.", "And travel is free."]
    assert (first.asked.actor, first.answers[0].actor) == (personas.chair, personas.primary)
    assert (second.asked.note, second.answers) == ("How many workers?", [])
    text = client_for(personas.committee_member).get(returned.get_absolute_url()).content.decode()
    texts = ("Who pays?", "Each member for its own people.", "And travel is free.", "How many workers?")
    places = [text.index(one) for one in texts]
    assert places == sorted(places)
    assert "Your answer" not in text  # only who proposed it answers
    assert events.of(returned).filter(verb="proposal.answer").count() == 2
    told = Notification.objects.filter(event__verb="proposal.answer").values_list("recipient", flat=True)
    assert personas.chair.pk in told
    assert personas.primary.pk not in told


def test_the_same_answer_twice_is_one_answer(personas, client_for, returned):
    member = client_for(personas.primary)
    for _click in (1, 2):
        answer(member, returned, note="Each for its own.", hand_in="on")
    assert len(exchange.of(returned)[0].answers) == 1
    page = member.post(reverse("groups:proposal_answer", args=[returned.pk]), {"note": "One more."}, follow=True)
    assert "Nothing was changed" in page.content.decode()  # it is with the committee by now


def test_an_empty_answer_is_asked_for_at_its_field(personas, client_for, returned):
    page = answer(client_for(personas.primary), returned, note=" ")
    assert page.status_code == 422
    assert "Write your answer" in page.content.decode()


def test_an_answer_that_cannot_be_handed_in_keeps_its_text_and_is_not_given(personas, client_for, returned):
    returned.themes.clear()
    page = answer(client_for(personas.primary), returned, note="Each for its own.", hand_in="on")
    text = page.content.decode()
    assert page.status_code == 422
    assert "Each for its own." in text
    assert "Choose at least one theme." in text
    assert exchange.of(returned)[0].answers == []


def test_who_answers_for_a_proposal_does_not_decide_on_it(personas, returned):
    RepresentationFactory(user=personas.vice_chair, organisation=personas.organisation)
    colleague = User.objects.get(pk=personas.vice_chair.pk)
    services.answer_proposal(proposal_id=returned.pk, actor=colleague, note="Each for its own.")
    services.submit_proposal(proposal_id=returned.pk, actor=personas.primary)
    with pytest.raises(Denied):
        services.accept_proposal(proposal_id=returned.pk, actor=colleague)
