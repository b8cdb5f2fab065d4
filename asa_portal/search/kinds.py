"""What can be searched: of each kind of record, which of them a person may open, and in which columns to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from asa_portal.news.models import Post
from committees.models import Committee
from groups.models import Activity, Document, Group, Meeting, Output, Proposal, Recommendation, WorkPlan
from members.models import Organisation
from projects.models import Idea, Initiative, Project, Result


@dataclass(frozen=True)
class Kind:
    """`title` and `text` are columns of text that are never null; an index stands over both (see the migrations). Only
    what everybody reads who may open the record: what is found tells what stands there."""

    key: str
    name: str | Promise
    visible_to: Callable[[Any], QuerySet[Any]]
    title: tuple[str, ...]
    text: tuple[str, ...] = ()
    related: tuple[str, ...] = ()  # what the page needs of other tables
    shown: str = ""  # the column from which a passage is shown
    context: Callable[[Any], object] = lambda record: ""  # a line on where it belongs
    order: tuple[str, ...] = ()  # of those that fit alike; else the newest first
    address: Callable[[Any], str] = lambda record: record.get_absolute_url()

    @property
    def columns(self) -> tuple[str, ...]:
        return *self.title, *self.text


def _body(record: Any) -> Model | str:
    return record.group or record.committee or ""


KINDS = (
    Kind(
        "members",
        _("Members"),
        Organisation.objects.visible_to,
        ("search_text", "code"),
        ("description",),
        related=("country", "member_type"),
        shown="description",
        context=lambda one: f"{one.member_type}, {one.country}",
        order=("legal_name",),
    ),
    Kind(
        "committees",
        _("Committees"),
        Committee.objects.visible_to,
        ("name", "code"),
        ("remit",),
        shown="remit",
        context=lambda one: one.code,
        order=("order",),
    ),
    Kind(
        "groups",
        _("Groups"),
        Group.objects.visible_to,
        ("title", "code"),
        ("scope", "expected_outputs"),
        related=("committee",),
        shown="scope",
        context=lambda one: f"{one.get_kind_display()}, {one.committee}",
        order=("code",),
    ),
    Kind(
        "proposals",
        _("Proposals"),
        Proposal.objects.visible_to,
        ("title",),
        ("scope",),
        related=("committee",),
        shown="scope",
        context=lambda one: f"{one.get_status_display()}, {one.committee}",
    ),
    Kind(
        "plans",
        _("Work plans"),
        WorkPlan.objects.visible_to,
        ("objectives",),
        ("resources",),
        related=("group",),
        shown="objectives",
        context=lambda one: one.group,
    ),
    Kind(
        "activities",
        _("Activities"),
        Activity.objects.visible_to,
        ("title",),
        ("deliverable",),
        related=("plan__group",),
        shown="deliverable",
        context=lambda one: one.plan,
    ),
    Kind(
        "meetings",
        _("Meetings"),
        Meeting.objects.visible_to,
        ("title",),
        ("agenda", "minutes"),
        related=("committee", "group"),
        shown="agenda",
        context=_body,
    ),
    Kind(
        "events",
        _("Public events"),
        Meeting.objects.announced,
        ("title",),
        ("place",),
        related=("committee", "group"),
        context=_body,
        address=lambda one: one.get_public_url(),
    ),
    Kind(
        "documents",
        _("Documents"),
        Document.objects.visible_to,
        ("title",),
        ("description",),
        related=("committee", "group", "meeting"),
        shown="description",
        context=_body,
    ),
    Kind(
        "outputs",
        _("Outputs"),
        Output.objects.visible_to,
        ("title",),
        ("summary",),
        related=("group",),
        shown="summary",
        context=lambda one: f"{one.get_kind_display()}, {one.group}",
    ),
    Kind(
        "recommendations",
        _("Recommendations"),
        Recommendation.objects.visible_to,
        ("title",),
        ("text",),
        related=("committee",),
        shown="text",
        context=lambda one: one.committee,
    ),
    Kind(
        "projects",
        _("Projects"),
        Project.objects.visible_to,
        ("acronym", "title", "grant_number"),
        ("summary", "coordinator_name"),
        shown="summary",
        context=lambda one: f"{one.title} · {one.coordinator_name}" if one.coordinator_name else one.title,
    ),
    Kind(
        "results",
        _("Results"),
        Result.objects.visible_to,
        ("title",),
        ("summary",),
        related=("project",),
        shown="summary",
        context=lambda one: f"{one.get_kind_display()}, {one.project.acronym}",
    ),
    Kind(
        "news",
        _("News"),
        Post.objects.visible_to,
        ("title",),
        ("lead", "text"),
        related=("committee", "group", "project"),
        shown="lead",
        context=lambda one: one.publisher,
    ),
    Kind(
        "ideas",
        _("Ideas for projects"),
        Idea.objects.visible_to,
        ("title",),
        ("summary", "programme", "call"),
        related=("organisation",),
        shown="summary",
        context=lambda one: f"{one.get_status_display()}, {one.organisation.shown_name}",
    ),
    Kind(
        "initiatives",
        _("Initiatives"),
        Initiative.objects.visible_to,
        ("title", "code"),
        ("summary",),
        related=("lead", "region"),
        shown="summary",
        context=lambda one: f"{one.get_kind_display()}, {one.lead}",
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}
