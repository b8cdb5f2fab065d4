"""A new version published at the moment in which a round of its year is planned or opened."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import transaction

from core.models import Indicator
from core.workflow import NotPossible
from kpis import services
from kpis.models import Round
from kpis.selectors.definitions import begun_with, state_of
from kpis.services.definitions import draft_version, publish_version
from members.models import today
from tests.factories.kpis import RoundFactory
from tests.factories.members import StaffRoleFactory
from tests.kpis.test_at_once import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
YEAR = 2031


@pytest.fixture
def office(transactional_db):
    return StaffRoleFactory(role="office").user


@pytest.fixture
def publish(office):
    """Puts the draft of K1 in force from YEAR on."""
    indicator = Indicator.objects.get(code="K1")
    draft = draft_version(
        code="K1", name="Anew", short_name="Anew", definition="…", unit="persons", series=["achieved"], whose=["own"],
        breakdowns=[], seen=state_of(begun_with(indicator)), actor=office,
    )  # fmt: skip
    seen = state_of(draft)
    return lambda: publish_version(code="K1", from_year=YEAR, note="Agreed.", seen=seen, actor=office)


def before_it(act, second):
    """`act` in a transaction that stays open for a while, `second` begun meanwhile; what became of both."""
    acted = threading.Event()

    def first():
        with transaction.atomic():
            act()
            acted.set()
            time.sleep(1)

    def then():
        acted.wait(10)
        return second()

    return together(first, then)


def asked_by(one: Round) -> str:
    return one.indicators.get(indicator__code="K1").name


def test_a_round_that_is_being_planned_asks_by_the_version_published_meanwhile(office, publish):
    day = today()
    said = {"year": YEAR, "period": "YEAR", "opens": day, "closes": day + timedelta(days=9), "indicators": ["K1"]}
    before_it(lambda: services.create_round(**said, actor=office), publish)
    assert asked_by(Round.objects.get()) == "Anew"


def test_a_round_planned_while_a_version_is_being_published_asks_by_it(office, publish):
    day = today()
    said = {"year": YEAR, "period": "YEAR", "opens": day, "closes": day + timedelta(days=9), "indicators": ["K1"]}
    before_it(publish, lambda: services.create_round(**said, actor=office))
    assert asked_by(Round.objects.get()) == "Anew"


def test_a_round_that_is_being_opened_keeps_its_version(office, publish):
    one = RoundFactory(year=YEAR, status=Round.Status.PLANNED)
    _opened, refused = before_it(lambda: services.open_round(round_id=one.pk, actor=office), publish)
    assert isinstance(refused, NotPossible)
    assert asked_by(one) != "Anew"
