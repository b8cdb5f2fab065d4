"""Two at the same moment in a written procedure, on a database that really locks rows."""

from __future__ import annotations

import pytest
import time_machine

from committees.models import Decision, Procedure
from committees.services import procedures
from core import events
from core.permissions import Denied
from core.workflow import InvalidTransition, NotPossible
from tests.factories.groups import WorkPlanFactory
from tests.groups.test_races import at_once
from tests.personas import make_personas

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def opened(p):
    plan = WorkPlanFactory(state="submitted")
    return procedures.open_procedure(subject=plan, actor=p.chair, last_day=procedures.first_last_day())


def test_two_chairs_open_one_procedure():
    p = make_personas()
    plan = WorkPlanFactory(state="submitted")
    day = procedures.first_last_day()
    answers = at_once(
        *(
            lambda actor=actor: procedures.open_procedure(subject=plan, actor=actor, last_day=day)
            for actor in (p.chair, p.vice_chair)
        )
    )
    assert sum(isinstance(answer, NotPossible | Denied) for answer in answers) == 1
    assert Procedure.objects.count() == 1


def test_two_objections_stop_it_once():
    p = make_personas()
    procedure = opened(p)
    answers = at_once(
        *(
            lambda actor=actor: procedures.object_to(procedure_id=procedure.pk, actor=actor, note="No.")
            for actor in (p.committee_member, p.vice_chair)
        )
    )
    assert sum(isinstance(answer, InvalidTransition) for answer in answers) == 1
    assert Decision.objects.count() == 1


def test_an_objection_and_beat_at_the_deadline_are_one_outcome():
    p = make_personas()
    procedure = opened(p)
    with time_machine.travel(procedure.closes_at, tick=False):
        _refused, closed = at_once(
            lambda: procedures.object_to(procedure_id=procedure.pk, actor=p.committee_member, note="No."),
            procedures.close_due,
        )
    assert closed == {"adopted": 1}
    procedure.refresh_from_db()
    assert procedure.status == "adopted"
    assert not events.of(procedure).filter(verb="procedure.object").exists()


def test_two_beats_adopt_once():
    p = make_personas()
    procedure = opened(p)
    with time_machine.travel(procedure.closes_at, tick=False):
        answers = at_once(procedures.close_due, procedures.close_due)
    assert sorted(len(answer) for answer in answers) == [0, 1]
    assert Decision.objects.count() == 1
