"""A grant makes a project of an idea: its people tell of it, the Office confirms it."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import permissions, workflow
from core.workflow import Incomplete, NotPossible
from members.models import User, today
from projects.models import Idea, Interest, Partner, Project, ProjectSource
from projects.partnering import steps


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
