"""Written procedures: opening, taking part, and what beat does at the deadline."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from committees import matters, register, steps
from committees.models import Committee, Decision, Procedure, Seat, Voice
from committees.models.procedures import end_of
from core import events, permissions, workflow
from core.models import Notification
from core.workflow import InvalidTransition, NotPossible
from members.models import User, today

log = logging.getLogger("portal.committees")
LONGEST_DAYS = 90


def first_last_day() -> date:
    """The earliest day on which a procedure that is opened today may end."""
    return today() + timedelta(days=settings.PROCEDURE_DAYS)


def seats_with_a_voice(committee: Committee, recused: set[int]) -> list[Seat]:
    """Recused seats are left out: they count for nothing in a procedure. Each seat knows whether it can be told
    (`can_be_told`): an address works until the last e-mail to it has come to nothing."""
    sent = Notification.objects.filter(
        recipient=OuterRef("user"), email_state__in=[Notification.Email.SENT, Notification.Email.FAILED]
    )
    seats = (
        Seat.objects.in_force()
        .filter(committee=committee)
        .exclude(user__in=recused)
        .annotate(last_mail=Subquery(sent.order_by("-pk").values("email_state")[:1]))
        .select_related("user", "organisation")
        .order_by("role", "organisation__legal_name")
    )
    found = list(seats)
    for seat in found:
        seat.can_be_told = seat.user.is_active and bool(seat.user.email) and seat.last_mail != Notification.Email.FAILED
    return found


@transaction.atomic
def open_procedure(*, subject: models.Model, actor: User, last_day: date, question: str = "") -> Procedure:
    """Put a thing to its committee until the end of a day (Brussels time). Raises NotPossible when it cannot be
    decided as it is, the day does not fit, or less than half of the seats can be told."""
    matter = matters.of(subject)
    subject = matter.model._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)
    permissions.require(actor, matter.right(subject), subject)
    if problem := matter.ready(subject) or day_problem(last_day):
        raise NotPossible(problem)
    seats = seats_with_a_voice(matter.committee(subject), subject.recused())  # type: ignore[attr-defined]
    told = [seat.user for seat in seats if seat.can_be_told]  # type: ignore[attr-defined]
    if not told or 2 * len(told) < len(seats):
        raise NotPossible(
            _("At least half of the seats must be told, and only %(n)s of %(all)s have a working address.")
            % {"n": len(told), "all": len(seats)}
        )
    procedure = Procedure(
        committee=matter.committee(subject),
        subject=subject,
        title=str(subject)[:300],
        question=question,
        opened_by=actor,
        opened_at=timezone.now(),
        closes_at=end_of(last_day),
    )
    try:
        with transaction.atomic():
            procedure.save()
    except IntegrityError:  # two chairs at once
        raise NotPossible(_("A written procedure on this is under way already.")) from None
    procedure.asked.set(told)
    until = {"last_day": last_day.isoformat()}
    workflow.act(steps.OPEN_PROCEDURE, procedure, actor=actor, note=question, to_state=procedure.status, data=until)
    return procedure


def day_problem(day: date) -> str:
    """Why a procedure that is opened today cannot end on that day; empty when it can."""
    if day < first_last_day():
        return _("The committee has at least %(n)s days: until %(day)s or later.") % {
            "n": settings.PROCEDURE_DAYS,
            "day": date_format(first_last_day(), "SHORT_DATE_FORMAT"),
        }
    if day > today() + timedelta(days=LONGEST_DAYS):
        return _("A written procedure lasts at most %(n)s days.") % {"n": LONGEST_DAYS}
    return ""


def _voice(procedure: Procedure, actor: User, answer: str, note: str) -> Voice:
    organisation = procedure.acted_for(actor)
    if organisation is None:  # the right implies a seat; it may have ended between the two lines
        raise permissions.Denied(_("Only those who hold a seat in this committee may do this."))
    return Voice.objects.create(
        procedure=procedure, user=actor, organisation=organisation, answer=answer, note=note, at=timezone.now()
    )


@transaction.atomic
def support(*, procedure_id: int, actor: User, note: str = "") -> Voice:
    """Say yes before the deadline; saying it twice is saying it once."""
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure_id)
    permissions.require(actor, "committees.support_procedure", procedure)
    said = procedure.voices.filter(user=actor, answer=Voice.Answer.SUPPORT).first()
    if said is None:
        said = _voice(procedure, actor, Voice.Answer.SUPPORT, note)
        workflow.act(steps.SUPPORT, said, actor=actor, note=note, on_behalf_of=said.organisation)
    return said


@transaction.atomic
def comment(*, procedure_id: int, actor: User, note: str) -> Voice:
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure_id)
    permissions.require(actor, "committees.comment_procedure", procedure)
    said = _voice(procedure, actor, Voice.Answer.COMMENT, note)
    workflow.act(steps.COMMENT, said, actor=actor, note=note, on_behalf_of=said.organisation)
    return said


@transaction.atomic
def object_to(*, procedure_id: int, actor: User, note: str) -> Procedure:
    """The first objection stops the procedure; what it was about is open to decision again. At the deadline the row
    is locked by whoever comes first, and the clock decides: before it an objection counts, from it on none."""
    procedure: Procedure = workflow.perform(
        Procedure.objects.all(),
        procedure_id,
        steps.OBJECT_TO_PROCEDURE,
        actor=actor,
        note=note,
        closed_at=timezone.now(),
    )
    if procedure.subject is None:
        raise NotPossible(_("What it was about is no longer there: there is nothing left to object to."))
    _voice(procedure, actor, Voice.Answer.OBJECT, note)
    _enter(procedure, steps.OBJECT_TO_PROCEDURE, Decision.Outcome.STOPPED)
    return procedure


@transaction.atomic
def withdraw_procedure(*, procedure_id: int, actor: User, note: str) -> Procedure:
    procedure: Procedure = workflow.perform(
        Procedure.objects.all(),
        procedure_id,
        steps.WITHDRAW_PROCEDURE,
        actor=actor,
        note=note,
        closed_at=timezone.now(),
    )
    _enter(procedure, steps.WITHDRAW_PROCEDURE, Decision.Outcome.WITHDRAWN)
    return procedure


def _enter(procedure: Procedure, step: workflow.Transition, outcome: str) -> None:
    """How it ended otherwise than by adoption, for the register."""
    subject = procedure.subject
    register.enter(
        procedure,
        step,
        committee=procedure.committee,
        kind=matters.of(subject).kind(subject) if subject else Decision.Kind.OTHER,
        outcome=outcome,
        manner=Decision.Manner.WRITTEN,
    )


def close_due() -> dict[str, int]:
    """Close all procedures whose deadline is over: {state: how many}, with "failed" for those that could not be closed:
    they do not hold up the others, are told in the log, and are tried again. Safe to run twice and at once."""
    closed: dict[str, int] = {}
    due = Procedure.objects.open().filter(closes_at__lte=timezone.now()).order_by("closes_at")
    for pk in list(due.values_list("pk", flat=True)):
        try:
            state = _close(pk)
        except InvalidTransition:  # another beat was faster
            continue
        except Exception:
            log.exception("procedure %s cannot be closed", pk)
            state = "failed"
        closed[state] = closed.get(state, 0) + 1
    return closed


def _require_told(procedure: Procedure) -> None:
    """Silence says nothing where the e-mails that asked came to nothing. Raises NotPossible when less than half of the
    seats of today were told."""
    recused = procedure.subject.recused()  # type: ignore[union-attr]
    seats = {seat.user_id for seat in seats_with_a_voice(procedure.committee, recused)}
    opening = Notification.objects.filter(event__in=events.of(procedure).filter(verb=steps.OPEN_PROCEDURE).values("pk"))
    failed = opening.filter(email_state=Notification.Email.FAILED).values_list("recipient", flat=True)
    told = seats & set(procedure.asked.values_list("pk", flat=True)) - set(failed)
    if 2 * len(told) < len(seats):
        raise NotPossible(
            _("At least half of the seats must have been told, and the e-mails reached only %(n)s of %(all)s.")
            % {"n": len(told), "all": len(seats)}
        )


def _close(procedure_id: int) -> str:
    """Nobody objected: do what a chair's yes does. Where that cannot be any more (a founder that left, a request that
    was withdrawn) the procedure lapses, with the reason."""
    actor = User.objects.system()
    step: dict[str, Any] = {"actor": actor, "closed_at": timezone.now()}
    try:
        with transaction.atomic():
            procedure = workflow.perform(Procedure.objects.all(), procedure_id, steps.ADOPT_PROCEDURE, **step)
            if procedure.subject is None:
                raise NotPossible(_("What it was about is no longer there."))
            _require_told(procedure)
            matter = matters.of(procedure.subject)
            note = _("Adopted by written procedure: nobody objected until %(day)s.") % {
                "day": date_format(procedure.last_day, "DATE_FORMAT")
            }
            matter.adopt(procedure.object_id, actor, note)
    except InvalidTransition as changed:
        if isinstance(changed.obj, Procedure):
            raise
        why = changed.explanation
    except (NotPossible, PermissionDenied) as problem:
        why = str(problem)
    else:
        return str(Procedure.Status.ADOPTED)
    with transaction.atomic():
        lapsed = workflow.perform(Procedure.objects.all(), procedure_id, steps.LAPSE_PROCEDURE, note=why, **step)
        _enter(lapsed, steps.LAPSE_PROCEDURE, Decision.Outcome.LAPSED)
    log.warning("procedure %s lapsed: %s", procedure_id, why)
    return str(Procedure.Status.LAPSED)
