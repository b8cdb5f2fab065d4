"""The audit trail."""

from __future__ import annotations

from typing import Any

import pytest

from core import events
from core.models import Event
from core.models.events import AppendOnly
from tests.factories.committees import SeatFactory
from tests.factories.members import MemberFactory
from tests.personas import Personas

pytestmark = pytest.mark.django_db
TRIED = events.name_verb("organisation.try", "tried something with the organisation")


def test_an_event_keeps_who_what_why_and_the_names_of_the_day(personas: Personas) -> None:
    acme = personas.organisation
    event = events.record(
        TRIED, acme, actor=personas.office, note="To see.", from_state="old", to_state="new", on_behalf_of=acme
    )
    acme.legal_name = "Renamed"
    acme.save()
    assert (event.actor, event.note, event.from_state, event.to_state) == (personas.office, "To see.", "old", "new")
    assert (event.subject_label, event.behalf_label) == ("Acme Mobility a.s.", "Acme Mobility a.s.")
    assert event.subject_url == acme.get_absolute_url()
    assert event.phrase == "tried something with the organisation"


def test_the_timeline_of_a_thing_shows_what_happened_to_its_parts(personas: Personas) -> None:
    seat = SeatFactory(code="REG")
    event = events.record(TRIED, seat, actor=personas.office)
    assert list(events.of(seat.committee)) == [event]
    assert list(events.of(seat.organisation)) == [event]
    assert not events.of(personas.organisation).exists()


def test_the_latest_event_comes_first(personas: Personas) -> None:
    acme = personas.organisation
    made = [events.record(TRIED, acme, actor=personas.office) for _ in range(3)]
    assert list(events.of(acme)) == made[::-1]


def test_the_trail_is_never_rewritten(personas: Personas) -> None:
    event = events.record(TRIED, personas.organisation, actor=personas.office)
    with pytest.raises(AppendOnly):
        event.save()
    with pytest.raises(AppendOnly):
        event.delete()
    with pytest.raises(AppendOnly):
        Event.objects.update(note="nothing happened")
    with pytest.raises(AppendOnly):
        Event.objects.all().delete()


def test_a_verb_without_words_is_not_recorded(personas: Personas) -> None:
    with pytest.raises(ValueError, match="has no words"):
        events.record("organisation.unheard_of", personas.organisation, actor=personas.office)


def test_a_verb_has_one_meaning() -> None:
    assert events.name_verb(TRIED, "tried something with the organisation") == TRIED
    with pytest.raises(ValueError, match="other words"):
        events.name_verb(TRIED, "did something else")


def test_a_long_timeline_costs_as_many_queries_as_a_short_one(
    personas: Personas, django_assert_num_queries: Any
) -> None:
    short, long = MemberFactory(), MemberFactory()
    for organisation, count in ((short, 10), (long, 200)):
        for _ in range(count):
            events.record(TRIED, organisation, actor=personas.office)
        with django_assert_num_queries(1):
            assert len([str(event.actor) for event in events.of(organisation)]) == count
