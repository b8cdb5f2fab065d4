"""From an idea to a project: posting, finding partners, recommending, entering the project."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees import register
from committees.models import Decision
from core import permissions, workflow
from core.models import Country, MemberType, Theme
from core.workflow import Incomplete, NotPossible
from members.models import Organisation, User, today
from projects.models import Approach, Idea, Interest, Partner, Project, ProjectSource, SoughtProfile
from projects.models.ideas import IdeaQuerySet
from projects.partnering import steps

REMIND_DAYS = 7  # before its deadline its people are told, once


class ChangedMeanwhile(NotPossible):
    """Somebody saved the idea since the page was opened."""


def _write(
    idea: Idea,
    *,
    themes: Iterable[Theme],
    member_types: Iterable[MemberType],
    profiles: Iterable[str],
    countries: Iterable[Country],
    fields: dict[str, Any],
) -> None:
    for name, value in fields.items():
        setattr(idea, name, value)
    if problems := idea.date_problems():
        raise Incomplete(problems)
    _need_no_reminder_of_a_near_day(idea)
    idea.save()
    idea.themes.set(themes)
    idea.member_types.set(member_types)
    idea.countries.set(countries)
    idea.profiles.all().delete()
    SoughtProfile.objects.bulk_create(SoughtProfile(idea=idea, code=code) for code in profiles)


def _need_no_reminder_of_a_near_day(idea: Idea) -> None:
    if idea.deadline <= today() + timedelta(days=REMIND_DAYS):
        idea.reminded_of = idea.deadline  # whoever names a day that near needs no reminder of it


@transaction.atomic
def post_idea(
    *,
    actor: User,
    organisation_id: int,
    key: uuid.UUID | None = None,
    themes: Iterable[Theme],
    member_types: Iterable[MemberType] = (),
    profiles: Iterable[str] = (),
    countries: Iterable[Country] = (),
    **fields: Any,
) -> Idea:
    """Post it for an organisation; it looks for partners at once. The same form sent twice is one idea. Raises Denied,
    or Incomplete where its dates do not fit."""
    # A form sent twice at once: the second waits, and finds the idea of the first.
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation_id)
    known = Idea.objects.filter(key=key).first() if key else None
    if known is not None and known.author_id == actor.pk:
        return known
    if key is None or known is not None:  # a key that somebody else has had says nothing
        key = uuid.uuid4()
    idea = Idea(organisation_id=organisation_id, author=actor, key=key, posted_at=timezone.now())
    permissions.require(actor, "projects.post_idea")
    if not actor.represents(organisation_id):
        raise permissions.Denied(_("You do not represent this organisation."))
    _write(idea, themes=themes, member_types=member_types, profiles=profiles, countries=countries, fields=fields)
    workflow.act(steps.POST_IDEA, idea, actor=actor, to_state=idea.status)
    return idea


@transaction.atomic
def change_idea(
    *,
    idea_id: int,
    revision: int,
    actor: User,
    themes: Iterable[Theme],
    member_types: Iterable[MemberType] = (),
    profiles: Iterable[str] = (),
    countries: Iterable[Country] = (),
    **fields: Any,
) -> Idea:
    """Raises ChangedMeanwhile when somebody saved it since `revision` was read."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    permissions.require(actor, "projects.change_idea", idea)
    if idea.revision != revision:
        raise ChangedMeanwhile(_("Somebody else has saved this idea since you opened it: open it again."))
    idea.revision += 1
    _write(idea, themes=themes, member_types=member_types, profiles=profiles, countries=countries, fields=fields)
    workflow.act(steps.CHANGE_IDEA, idea, actor=actor)
    return idea


@transaction.atomic
def postpone_idea(*, idea_id: int, actor: User, deadline: date, note: str = "") -> Idea:
    """The call closes later: the search goes on until then, also of an idea that the committee has recommended, whose
    text stays. Only before the deadline passes. Raises Incomplete for a day that is no later one."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    permissions.require(actor, "projects.postpone_idea", idea)
    before = idea.deadline
    if deadline <= before:
        sentence = _("The call closes on %(day)s as it is: name a later day.")
        raise Incomplete({"deadline": sentence % {"day": date_format(before, "DATE_FORMAT")}})
    idea.deadline = deadline
    idea.revision += 1  # a form that is open in another window would put the old day back
    _need_no_reminder_of_a_near_day(idea)
    idea.save(update_fields=["deadline", "revision", "reminded_of"])
    words = _("From %(before)s to %(after)s.") % {
        "before": date_format(before, "DATE_FORMAT"),
        "after": date_format(deadline, "DATE_FORMAT"),
    }
    data = {"from": before.isoformat(), "to": deadline.isoformat()}
    workflow.act(steps.POSTPONE_IDEA, idea, actor=actor, note=f"{words} {note}".strip(), data=data)
    return idea


@transaction.atomic
def recommend_idea(*, idea_id: int, actor: User, note: str = "", manner: str = "") -> Idea:
    """The committee stands behind it; it goes into the register of the committee."""
    idea: Idea = workflow.perform(
        Idea.objects.all(), idea_id, steps.RECOMMEND_IDEA, actor=actor, note=note, recommended_at=timezone.now()
    )
    register.enter(
        idea,
        steps.RECOMMEND_IDEA,
        committee=idea.committee,
        kind=Decision.Kind.RECOMMENDATION,
        outcome=Decision.Outcome.ADOPTED,
        manner=manner,
    )
    return idea


@transaction.atomic
def close_idea(*, idea_id: int, actor: User, note: str) -> Idea:
    return workflow.perform(Idea.objects.all(), idea_id, steps.CLOSE_IDEA, actor=actor, note=note)


# -- Who takes part ----------------------------------------------------------------------------------------------------
@transaction.atomic
def express_interest(*, idea_id: int, actor: User, organisation: Organisation, role: str, brings: str) -> Interest:
    """For an organisation that the actor represents. Raises Incomplete for the organisation that posted it, and for one
    that has said so before."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)  # two at once: the second sees the first
    permissions.require(actor, "projects.join_idea", idea)
    if not actor.represents(organisation.pk):
        raise permissions.Denied(_("You do not represent this organisation."))
    if organisation.pk == idea.organisation_id:
        raise Incomplete({"organisation": _("%(who)s posted this idea itself.") % {"who": organisation.shown_name}})
    known = idea.interests.exclude(status=Interest.Status.WITHDRAWN).filter(organisation=organisation).first()
    if known is not None:
        sentence = (
            _("The interest of %(who)s was declined.")
            if known.status == Interest.Status.DECLINED
            else _("%(who)s has expressed its interest already.")
        )
        raise Incomplete({"organisation": sentence % {"who": organisation.shown_name}})
    made = Interest.objects.create(
        idea=idea, organisation=organisation, person=actor, role=role, brings=brings, expressed_at=timezone.now()
    )
    workflow.act(
        steps.EXPRESS_INTEREST, made, actor=actor, note=brings, to_state=made.status, on_behalf_of=organisation
    )
    return made


def _hold_the_idea_of(interest_id: int) -> None:
    """Whoever tells of a grant holds the idea too: an answer comes before it, or is refused."""
    Idea.objects.select_for_update(of=("self",)).get(interests=interest_id)


@transaction.atomic
def accept_interest(*, interest_id: int, actor: User, note: str = "") -> Interest:
    _hold_the_idea_of(interest_id)
    return workflow.perform(
        Interest.objects.all(), interest_id, steps.ACCEPT_INTEREST, actor=actor, note=note, answered_at=timezone.now()
    )


@transaction.atomic
def decline_interest(*, interest_id: int, actor: User, note: str) -> Interest:
    _hold_the_idea_of(interest_id)
    return workflow.perform(
        Interest.objects.all(), interest_id, steps.DECLINE_INTEREST, actor=actor, note=note, answered_at=timezone.now()
    )


@transaction.atomic
def withdraw_interest(*, interest_id: int, actor: User, note: str = "") -> Interest:
    _hold_the_idea_of(interest_id)
    organisation = Organisation.objects.get(project_interests=interest_id)
    return workflow.perform(
        Interest.objects.all(), interest_id, steps.WITHDRAW_INTEREST, actor=actor, note=note, on_behalf_of=organisation
    )


@transaction.atomic
def approach(*, idea_id: int, actor: User, organisation: Organisation) -> Approach:
    """Ask an organisation to look at the idea; asked twice, it is told once. Raises Incomplete for one that is no
    member, that posted it, or that has expressed its interest."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    permissions.require(actor, "projects.approach_idea", idea)
    if organisation.pk == idea.organisation_id or not Organisation.objects.members().filter(pk=organisation.pk):
        raise Incomplete({"organisation": _("Only other members can be asked.")})
    if idea.interests.live().filter(organisation=organisation).exists():
        raise Incomplete({"organisation": _("%(who)s is interested already.") % {"who": organisation.shown_name}})
    made, new = Approach.objects.get_or_create(
        idea=idea, organisation=organisation, defaults={"made_by": actor, "made_at": timezone.now()}
    )
    if new:
        workflow.act(steps.APPROACH, made, actor=actor, data={"whom": organisation.shown_name})
    return made


# -- A project comes of it ---------------------------------------------------------------------------------------------
def _slug(acronym: str) -> str:
    return slugify(acronym)[:50]


def _address_problem(acronym: str) -> str:
    """Why a project cannot have this acronym: its address would be taken, or nothing that can stand in one."""
    slug = _slug(acronym)
    if not slug:
        return _("An acronym has letters or digits.")
    if Project.objects.filter(slug=slug).exists():
        return _("There is a project with this acronym already.")
    try:
        leads_to = resolve(reverse("projects:project_detail", args=[slug])).view_name
    except Resolver404:
        return ""
    return "" if leads_to == "projects:project_detail" else _("The portal uses this word itself: choose another.")


@transaction.atomic
def award_idea(
    *,
    idea_id: int,
    actor: User,
    acronym: str,
    project_summary: str,
    starts: date,
    ends: date,
    grant_number: str = "",
    website: str = "",
    note: str = "",
) -> Idea:
    """Tell the Office that the idea is granted, with the facts of the project: what stands on its public page.
    Raises Incomplete, and NotPossible while an interest waits for its answer."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    permissions.require(actor, "projects.award_idea", idea)
    if idea.status in Idea.UNSETTLED and (waiting := idea.interests.unanswered().count()):
        sentence = ngettext(
            "%(n)s interest waits for your answer: accept or decline it first, since nobody joins after this.",
            "%(n)s interests wait for your answer: accept or decline them first, since nobody joins after this.",
            waiting,
        )
        raise NotPossible(sentence % {"n": waiting})
    problems = {}
    if not project_summary.strip():
        problems["project_summary"] = _("Say what the project does: it stands on its public page.")
    if ends < starts:
        problems["ends"] = _("The end lies before the start.")
    told = Idea.objects.filter(status=Idea.Status.AWARDED).exclude(pk=idea_id).values_list("acronym", flat=True)
    if problem := _address_problem(acronym):
        problems["acronym"] = problem
    elif _slug(acronym) in {_slug(one) for one in told}:
        problems["acronym"] = _("Another granted idea has this acronym.")
    if problems:
        raise Incomplete(problems)
    return workflow.perform(
        Idea.objects.all(),
        idea_id,
        steps.AWARD_IDEA,
        actor=actor,
        note=note,
        acronym=acronym,
        project_summary=project_summary,
        starts=starts,
        ends=ends,
        grant_number=grant_number,
        website=website,
        awarded_at=timezone.now(),
    )


@transaction.atomic
def confirm_idea(*, idea_id: int, actor: User, note: str = "") -> Idea:
    """Enter the project: who posted the idea coordinates it, who was accepted takes part. Raises NotPossible where its
    acronym has been taken since."""
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea_id)
    if idea.status == Idea.Status.AWARDED:
        permissions.require(actor, "projects.confirm_idea", idea)
        if problem := _address_problem(idea.acronym):
            raise NotPossible(problem)
        try:
            with transaction.atomic():
                idea.project = _enter(idea)
        except IntegrityError as taken:  # another of the same acronym was entered at this moment
            raise NotPossible(_("There is a project with this acronym already.")) from taken
    return workflow.perform(
        Idea.objects.all(), idea_id, steps.CONFIRM_IDEA, actor=actor, note=note, project=idea.project
    )


def _enter(idea: Idea) -> Project:
    accepted = list(idea.interests.accepted().select_related("organisation"))
    countries = {idea.organisation.country_id, *(one.organisation.country_id for one in accepted)}
    if idea.starts is None or not idea.project_summary:  # it was told of before it asked for these
        raise NotPossible(_("What was told of the project is not complete: return it with what is missing."))
    project = Project.objects.create(
        slug=_slug(idea.acronym),
        acronym=idea.acronym,
        title=idea.title,
        programme=idea.programme,
        grant_number=idea.grant_number,
        starts=idea.starts,
        ends=idea.ends,
        coordinator_name=idea.organisation.legal_name,
        partner_count=len(accepted) + 1,
        country_count=len(countries),
        summary=idea.project_summary,
        website=idea.website,
        committee=idea.committee,
    )
    project.themes.set(idea.themes.all())
    coordinator = Partner(
        project=project,
        organisation=idea.organisation,
        country_id=idea.organisation.country_id,
        role=Partner.Role.COORDINATOR,
    )
    others = [
        Partner(
            project=project,
            organisation=one.organisation,
            country_id=one.organisation.country_id,
            role=Partner.Role.ASSOCIATED if one.role == Interest.Role.ASSOCIATED else Partner.Role.PARTNER,
        )
        for one in accepted
    ]
    Partner.objects.bulk_create([coordinator, *others])
    told = _("told by %(who)s, confirmed by the ASA Office") % {"who": idea.organisation.shown_name}
    ProjectSource.objects.create(project=project, label=told)
    return project


@transaction.atomic
def return_idea(*, idea_id: int, actor: User, note: str) -> Idea:
    """It is no project yet: back to where it stands today."""
    idea = Idea.objects.get(pk=idea_id)
    live = Idea.Status.RECOMMENDED if idea.recommended_at else Idea.Status.OPEN
    state = live if idea.deadline >= today() else Idea.Status.EXPIRED
    return workflow.perform(Idea.objects.all(), idea_id, steps.RETURN_IDEA[state], actor=actor, note=note)


# -- The deadline of the call ------------------------------------------------------------------------------------------
def expire_due() -> int:
    """Of ideas whose last day is over (in Brussels) the search ends, once. Returns how many."""
    system, count = User.objects.system(), 0
    for pk in list(Idea.objects.past_deadline().values_list("pk", flat=True)):
        try:
            workflow.perform(Idea.objects.past_deadline(), pk, steps.EXPIRE_IDEA, actor=system)
        except (Idea.DoesNotExist, workflow.InvalidTransition):  # another beat, or a person, was faster
            continue
        count += 1
    return count


def remind_due() -> int:
    """Those who posted an idea are told a week before its deadline, once for each deadline. Returns how many."""
    return sum(_remind(pk) for pk in list(_to_remind().values_list("pk", flat=True)))


def _to_remind() -> IdeaQuerySet:
    soon = Idea.objects.live().filter(deadline__lte=today() + timedelta(days=REMIND_DAYS))
    return soon.filter(Q(reminded_of=None) | ~Q(reminded_of=F("deadline")))


@transaction.atomic
def _remind(pk: int) -> int:
    idea = _to_remind().select_for_update(of=("self",)).filter(pk=pk).first()  # two beats: the second finds nothing
    if idea is None:
        return 0
    idea.reminded_of = idea.deadline
    idea.save(update_fields=["reminded_of"])
    words = _("The call closes on %(day)s.") % {"day": date_format(idea.deadline, "DATE_FORMAT")}
    workflow.act(steps.REMIND_OF_DEADLINE, idea, actor=User.objects.system(), note=words)
    return 1
