"""Results of the demo partnership, one in each state of its uptake. The projects are real, these results are examples
and say so."""

from __future__ import annotations

from datetime import date, timedelta

from asa_portal.demo import clock
from asa_portal.demo.partnership import Partnership
from committees.models import Committee, Seat
from core.models import Licence, Theme
from groups.models import Group
from members.models import User
from projects import services
from projects.models import Project, Result

# title, project, type, EQF level, topics, how far it came
_RESULTS = [
    ("Example: high-voltage safety course", "drives", "training", 4, ("Batteries",), "in_use"),
    ("Example: map of job roles in battery plants", "albatts", "job_roles", None, ("Batteries",), "taken_up"),
    ("Example: checklist for pilots in regions", "trireme", "tool", None, ("Digitalisation",), "proposed"),
    ("Example: comparison of national recognition rules", "drives", "recognition", 5, (), "offered"),
    ("Example: skills outlook of ten years ago", "drives", "intelligence", None, (), "retired"),
]
_STEPS = {"offered": 0, "proposed": 1, "taken_up": 2, "in_use": 3, "retired": 4}


def load(partnership: Partnership) -> dict[str, int]:
    today: date = partnership.today
    office = User.objects.get(email="office@demo.test")
    tech = Committee.objects.get(code="TECH")
    chair = User.objects.get(pk=Seat.objects.in_force().get(committee=tech, role=Seat.Role.CHAIR).user_id)
    group = Group.objects.active().filter(committee=tech, kind="working_group").order_by("code").first()
    if group is None:
        return {"results": 0}
    licence = Licence.objects.get(code="CC-BY-4.0")
    for number, (title, slug, kind, level, topics, state) in enumerate(_RESULTS):
        begun = today - timedelta(days=300 - 30 * number)
        with clock.on(begun):
            result = services.record_result(
                project_id=Project.objects.get(slug=slug).pk,
                actor=office,
                kind=kind,
                title=title,
                summary="An invented result, which shows how what a project made finds its way into use.",
                date=date(today.year - 3, 5, 31),
                language="en",
                licence=licence,
                link="https://example.org/result",
                eqf_level=level,
                themes=Theme.objects.filter(name__in=topics),
            )
        if _STEPS[state] >= 1:
            with clock.on(begun + timedelta(days=20) if state != "proposed" else today - timedelta(days=6)):
                services.propose_result(result_id=result.pk, committee=tech, actor=office, note="Tried in two lands.")
        if _STEPS[state] >= 2:
            with clock.on(begun + timedelta(days=40)):
                services.take_up_result(result_id=result.pk, group=group, actor=chair)
        if _STEPS[state] >= 3:
            with clock.on(begun + timedelta(days=90)):
                services.use_result(result_id=result.pk, actor=office)
        if _STEPS[state] >= 4:
            with clock.on(begun + timedelta(days=150)):
                services.retire_result(result_id=result.pk, actor=office, note="A newer outlook replaces it.")
    return {"results": Result.objects.count()}
