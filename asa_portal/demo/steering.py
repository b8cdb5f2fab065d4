"""What lies on the desk of a committee in the demo: a written procedure, a request of a task force, recommendations."""

from __future__ import annotations

from datetime import date, timedelta

from asa_portal.demo import clock
from asa_portal.demo.partnership import Partnership
from committees.models import Procedure, Seat
from committees.services import procedures
from groups.models import Group, GroupChange, GroupKind, Recommendation, WorkPlan
from groups.services import lifecycle, recommendations
from members.models import User

CODE = "TECH"


def _seats(*roles: str) -> list[User]:
    """Read anew each time: roles are remembered for a request, and here days pass."""
    seats = Seat.objects.in_force().filter(committee__code=CODE, role__in=roles).order_by("role", "pk")
    return list(User.objects.filter(pk__in=seats.values("user")).order_by("pk"))


def _procedure(today: date) -> None:
    """The chair put a plan to the committee; two seats have answered."""
    plan = WorkPlan.objects.submitted().filter(group__committee__code=CODE).order_by("pk").first()
    if plan is None:
        return
    (chair,) = _seats(Seat.Role.CHAIR)
    with clock.on(today - timedelta(days=4), 9):
        found = procedures.open_procedure(
            subject=plan,
            actor=chair,
            last_day=procedures.first_last_day() + timedelta(days=2),
            question="We went through the plan in our last call; only the dates of the last pilot are new.",
        )
    for number, user in enumerate(_seats(Seat.Role.MEMBER)[:2]):
        with clock.on(today - timedelta(days=2 - number), 15):
            procedures.support(procedure_id=found.pk, actor=user, note="Fine for us." if number else "")


def _extension(today: date) -> None:
    """The task force that ends first asks for more time."""
    forces = Group.objects.active().filter(committee__code=CODE, kind=GroupKind.TASK_FORCE)
    group = forces.order_by("ends").first()
    if group is None or group.ends is None:
        return
    lead = User.objects.get(pk=group.roles.get(role="lead").user_id)
    with clock.on(today - timedelta(days=3), 11):
        lifecycle.ask_for_change(
            group_id=group.pk,
            kind=GroupChange.Kind.EXTENSION,
            actor=lead,
            new_end=group.ends + timedelta(days=150),
            reason="Two of the five pilots started late; their results belong into the final report.",
        )


def _recommendations(today: date) -> None:
    """One answered, one that waits for its answer, one to issue."""
    group = Group.objects.active().filter(committee__code=CODE, kind=GroupKind.WORKING_GROUP).order_by("code")[0]
    writer = _seats(Seat.Role.MEMBER)[0]
    lines = (
        (120, None, "Name one contact for pilots", "Groups ask each time whom to write to.", "accepted"),
        (20, group, "One list of job roles", "Two lists are in use, and training refers to both: agree on one.", ""),
        (5, None, "Show work plans on one timeline", "Committees plan their meetings around deliverables.", None),
    )
    for back, to, title, text, answer in lines:
        day = today - timedelta(days=back)
        with clock.on(day, 10):
            found = recommendations.draft_recommendation(
                committee_id=group.committee_id,
                actor=User.objects.get(pk=writer.pk),
                title=title,
                text=text,
                due=day + timedelta(days=45),
                group=to,
            )
        if answer is None:
            continue
        with clock.on(day + timedelta(days=2), 10):
            recommendations.issue_recommendation(
                recommendation_id=found.pk, actor=_seats(Seat.Role.CHAIR)[0], note="Agreed in the committee."
            )
        if answer:
            office = User.objects.get(email="office@demo.test")
            with clock.on(day + timedelta(days=16), 10):
                recommendations.answer_recommendation(
                    recommendation_id=found.pk, actor=office, answer=answer, note="The Office names one by January."
                )


def load(partnership: Partnership) -> dict[str, int]:
    _recommendations(partnership.today)
    _procedure(partnership.today)
    _extension(partnership.today)
    return {"procedures": Procedure.objects.count(), "recommendations": Recommendation.objects.count()}
