"""Ideas for projects: what somebody wants to do, with whom, for which call, and what becomes of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Seat
from core.catalogues.models import FAMILIES
from core.models import Theme
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models import Organisation, Representation, Segment, today
from projects.models.projects import Project

ANY_OF: list[tuple[str, Any]] = [*FAMILIES.items(), *Segment.choices]


class IdeaQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> IdeaQuerySet:
        """Ideas are for the members among themselves."""
        return self if user.is_authenticated and user.is_active and user.is_insider else self.none()

    def live(self) -> IdeaQuerySet:
        """Those that look for partners today, by the clock: beat may come later."""
        return self.filter(status__in=Idea.LIVE, deadline__gte=today())

    def past_deadline(self) -> IdeaQuerySet:
        return self.filter(status__in=Idea.LIVE, deadline__lt=today())

    def with_standing(self) -> IdeaQuerySet:
        """Each knows whether its organisation is a member today (`is_of_member`)."""
        members = Organisation.objects.members().filter(pk=OuterRef("organisation"))
        return self.annotate(is_of_member=Exists(members))

    def without_part(self, user: Any) -> IdeaQuerySet:
        """Those in which the person has no part: neither did they write it, nor do they speak, as representatives or in
        their seat of a committee, for the organisation that posted it or one that wants to take part."""
        seats = Seat.objects.of(user).exclude(organisation=None).values_list("organisation", flat=True)
        mine = [*user.organisation_roles, *seats]
        wanted = Interest.objects.live().filter(organisation__in=mine)
        return self.exclude(author_id=user.pk).exclude(organisation__in=mine).exclude(pk__in=wanted.values("idea"))

    def in_charge(self, user: Any) -> IdeaQuerySet:
        """Those of committees that the person decides for: as chair or vice-chair; as the Office where no chair can,
        since the seat is vacant or the chair has a part in it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        found = Q(committee__in=Seat.objects.ids_of(user, "committee", *Seat.STEERING))
        if user.is_office:
            speaks = Representation.objects.current().filter(user=OuterRef("user"))
            poster = speaks.filter(organisation=OuterRef(OuterRef("organisation")))
            wanted = Interest.objects.live().filter(idea=OuterRef(OuterRef(OuterRef("pk"))))
            partner = speaks.filter(organisation__in=wanted.values("organisation"))
            chair = Seat.objects.in_force().filter(committee=OuterRef("committee"), role=Seat.Role.CHAIR)
            free = chair.exclude(user=OuterRef("author")).filter(~Exists(poster), ~Exists(partner))
            seated = wanted.filter(organisation=OuterRef("organisation"))
            free = free.exclude(organisation=OuterRef("organisation")).filter(~Exists(seated))
            found |= ~Q(Exists(free))
        return self.filter(found)


class Idea(WorkflowModel):
    """An idea for a project, posted for an organisation. It looks for partners until the last day of its call (Brussels
    time). Whether there is money is known much later: also an idea whose call is over may become a project."""

    class Status(models.TextChoices):
        OPEN = "open", _("Looks for partners")
        RECOMMENDED = "recommended", _("Recommended by the committee")
        AWARDED = "awarded", _("Granted: with the ASA Office")
        PROJECT = "project", _("Became a project")
        CLOSED = "closed", _("Closed")
        EXPIRED = "expired", _("Call is over")

    LIVE = (Status.OPEN, Status.RECOMMENDED)
    UNSETTLED = (*LIVE, Status.EXPIRED)

    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="given by the form: one sent twice is one idea")
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what it is about"), max_length=20_000)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="project_ideas", verbose_name=_("posted by")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="project_ideas")
    committee = models.ForeignKey(
        Committee, on_delete=models.PROTECT, related_name="project_ideas", verbose_name=_("committee")
    )
    themes = models.ManyToManyField(Theme, related_name="+", verbose_name=_("themes"))
    programme = models.CharField(_("programme"), max_length=120)
    call = models.CharField(_("call"), max_length=200, blank=True)
    deadline = models.DateField(_("deadline of the call"))
    starts = models.DateField(_("start"), null=True, blank=True)
    ends = models.DateField(_("end"), null=True, blank=True)
    member_types = models.ManyToManyField("core.MemberType", blank=True, related_name="+")
    countries = models.ManyToManyField("core.Country", blank=True, related_name="+", verbose_name=_("countries"))
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    grant_number = models.CharField(_("grant number"), max_length=60, blank=True)
    website = models.URLField(_("website"), blank=True)
    project_summary = models.TextField(
        _("what the project does"), blank=True, help_text="for everybody; what the idea says is for members only"
    )
    status = StateField(max_length=12, choices=Status.choices, default=Status.OPEN)
    posted_at = models.DateTimeField(default=timezone.now)
    recommended_at = models.DateTimeField(null=True, blank=True)
    awarded_at = models.DateTimeField(null=True, blank=True)
    reminded_of = models.DateField(null=True, blank=True, help_text="the deadline of which its people were reminded")
    revision = models.PositiveIntegerField(default=1, help_text="grows with each saving: two windows notice each other")
    project = models.OneToOneField(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="idea")

    objects = IdeaQuerySet.as_manager()

    class Meta:
        ordering = ["deadline", "pk"]
        indexes = [models.Index(fields=["status", "deadline"], name="idea_status_deadline")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")), name="idea_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(status="project") | Q(project__isnull=False), name="idea_project_exists"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def event_parents(self) -> Iterator[models.Model]:
        yield self.committee
        yield self.organisation

    def acted_for(self, actor: Any) -> Organisation | None:
        """The organisation that posted it, for those who speak for it; else that of the seat in the committee."""
        if actor.represents(self.organisation_id):
            return self.organisation
        seat = Seat.objects.of(actor).filter(committee=self.committee_id).select_related("organisation").first()
        return seat.organisation if seat else None

    def get_absolute_url(self) -> str:
        return reverse("projects:idea_detail", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Whether it looks for partners today; past its deadline it does not, whatever its state says."""
        return self.status in self.LIVE and self.deadline >= today()

    @property
    def days_left(self) -> int:
        """Until the last day of the call; 0 on that day."""
        return (self.deadline - today()).days

    def date_problems(self) -> dict[str, str]:
        """What stands against its dates, by today: {field: sentence}."""
        found = {}
        if self.deadline < today():
            found["deadline"] = _t("The deadline of the call is past: nobody could join any more.")
        if self.starts and self.ends and self.ends < self.starts:
            found["ends"] = _t("The end lies before the start.")
        return found


class SoughtProfile(models.Model):
    """Whom an idea looks for beside single member types: a whole family of them, or a segment of the value chain."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="profiles")
    code = models.CharField(max_length=20, choices=ANY_OF)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["idea", "code"], name="sought_profile_once")]

    def __str__(self) -> str:
        return str(self.get_code_display())

    @property
    def is_family(self) -> bool:
        return self.code in FAMILIES


class InterestQuerySet(WorkflowQuerySet):
    def visible_to(self, user: Any) -> InterestQuerySet:
        """Between the organisation that posted the idea and the one that is interested; the Office reads all, and who
        takes part is for all insiders."""
        if not user.is_authenticated or not user.is_active or not user.is_insider:
            return self.none()
        if user.staff_roles:
            return self
        mine = list(user.organisation_roles)
        return self.filter(
            Q(organisation__in=mine) | Q(idea__organisation__in=mine) | Q(status=Interest.Status.ACCEPTED)
        )

    def live(self) -> InterestQuerySet:
        return self.filter(status__in=Interest.LIVE)

    def unanswered(self) -> InterestQuerySet:
        return self.filter(status=Interest.Status.WAITING)

    def accepted(self) -> InterestQuerySet:
        return self.filter(status=Interest.Status.ACCEPTED)


class Interest(WorkflowModel):
    """An organisation would take part in an idea: in which role, and what it brings."""

    class Status(models.TextChoices):
        WAITING = "pending", _("Waits for an answer")
        ACCEPTED = "accepted", _("Takes part")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Role(models.TextChoices):
        PARTNER = "partner", _("Partner")
        PACKAGE = "package", _("Leads a work package")
        PILOT = "pilot", _("Pilot site or region")
        ASSOCIATED = "associated", _("Associated partner")

    LIVE = (Status.WAITING, Status.ACCEPTED)

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="interests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="project_interests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="project_interests")
    role = models.CharField(_("role offered"), max_length=12, choices=Role.choices, default=Role.PARTNER)
    brings = models.TextField(_("what it brings"))
    status = StateField(max_length=12, choices=Status.choices, default=Status.WAITING)
    expressed_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["expressed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["idea", "organisation"], condition=~Q(status="withdrawn"), name="interest_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation.shown_name} → {self.idea}"

    def event_parents(self) -> Iterator[models.Model]:
        yield self.idea
        yield self.organisation

    def acted_for(self, actor: Any) -> Organisation | None:
        for one in (self.organisation, self.idea.organisation):
            if actor.represents(one.pk):
                return one
        return None

    def get_absolute_url(self) -> str:
        return self.idea.get_absolute_url()


class ApproachQuerySet(models.QuerySet["Approach"]):
    def visible_to(self, user: Any) -> ApproachQuerySet:
        """For the two organisations and the Office."""
        if not user.is_authenticated or not user.is_active or not user.is_insider:
            return self.none()
        if user.staff_roles:
            return self
        mine = list(user.organisation_roles)
        return self.filter(Q(organisation__in=mine) | Q(idea__organisation__in=mine))


class Approach(models.Model):
    """Who posted an idea asked an organisation to look at it. Once is enough."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="approaches")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="project_approaches")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = ApproachQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["idea", "organisation"], name="approach_once")]

    def __str__(self) -> str:
        return str(self.idea)

    def event_parents(self) -> Iterator[models.Model]:
        yield self.idea
        yield self.organisation

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.idea.acted_for(actor)

    def get_absolute_url(self) -> str:
        return self.idea.get_absolute_url()
