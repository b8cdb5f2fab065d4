"""Organisations and their membership."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.kept import kept
from core.text import fold
from core.workflow import StateField, WorkflowModel, WorkflowQuerySet
from members.models.people import today
from members.names import SHARED_DOMAINS, name_key


class SizeClass(models.TextChoices):
    MICRO = "micro", _("Micro (under 10 people)")
    SMALL = "small", _("Small (10 to 49)")
    MEDIUM = "medium", _("Medium (50 to 249)")
    LARGE = "large", _("Large (250 and more)")


class Segment(models.TextChoices):
    """Segments of the automotive value chain."""

    MATERIALS = "materials", _("Materials and components")
    MANUFACTURE = "manufacture", _("Vehicle manufacture")
    AFTERMARKET = "aftermarket", _("Sales and after-market")
    ENERGY = "energy", _("Energy and charging")
    SOFTWARE = "software", _("Software and services")
    END_OF_LIFE = "end_of_life", _("End of life and recycling")
    EDUCATION = "education", _("Education and training")
    EMPLOYMENT = "employment", _("Employment and public services")


@kept
def _members(on: date, _today: date) -> models.QuerySet[Any, Any]:
    """`_today`: what held on a day in the past is another question than what holds now."""
    return Membership.objects.alive(on).values("organisation_id")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def members(self, on: date | None = None) -> OrganisationQuerySet:
        """Those with an active membership (on that day, default today)."""
        now = today()
        return self.filter(pk__in=_members(on or now, now))

    def members_today(self) -> OrganisationQuerySet:
        """The same as members() of today, by a join: cheaper to count, and `memberships__starts` is then of the
        membership that holds. Nobody comes twice, since one membership at most has not ended (the database sees to
        it)."""
        held = Q(memberships__ends=None) | Q(memberships__ends__gte=today())
        return self.filter(held, memberships__status=Membership.Status.ACTIVE, memberships__starts__lte=today())

    def visible_to(self, user: Any) -> OrganisationQuerySet:
        """The public directory shows members; insiders of the Office see every organisation on record, and a
        representative their own even before or after its membership."""
        if getattr(user, "is_authenticated", False):
            if user.staff_roles:
                return self
            own = user.representations.current().values("organisation_id")
            return self.filter(Q(pk__in=Organisation.objects.members().values("pk")) | Q(pk__in=own))
        return self.members()

    def resembling(self, key: str, domain: str) -> OrganisationQuerySet:
        """Those that may be the same: the same name without its legal form, or the same e-mail domain."""
        same = Q(name_key=key)
        if domain and domain not in SHARED_DOMAINS:
            same |= Q(email_domain__iexact=domain)
        return self.filter(same).select_related("country", "member_type")

    def search(self, text: str) -> OrganisationQuerySet:
        """Every word of the text, ignoring case and accents, in any name the organisation has."""
        found = self
        for word in fold(text).split()[:12]:
            found = found.filter(search_text__contains=word)
        return found


class Organisation(models.Model):
    """A company, school, social partner, region …: a member, an applicant, or one that a report names."""

    code = models.CharField(_("portal code"), max_length=12, unique=True, editable=False)
    legal_name = models.CharField(_("legal name"), max_length=250)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    other_names = models.JSONField(
        _("names in other languages"), default=dict, blank=True, help_text=_("language code → name")
    )
    aliases = models.JSONField(
        _("also known as"),
        default=list,
        blank=True,
        help_text=_("former names and other spellings, by which it is found"),
    )
    member_type = models.ForeignKey("core.MemberType", on_delete=models.PROTECT, verbose_name=_("member type"))
    country = models.ForeignKey("core.Country", on_delete=models.PROTECT, verbose_name=_("country"))
    region = models.ForeignKey(
        "core.Region", null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("NUTS region")
    )
    address = models.TextField(_("address"), blank=True)
    website = models.URLField(_("website"), blank=True)
    email_domain = models.CharField(_("e-mail domain"), max_length=120, blank=True)
    vat = models.CharField(_("VAT number"), max_length=20, blank=True)
    pic = models.CharField(
        _("PIC"), max_length=9, blank=True, validators=[RegexValidator(r"^\d{9}$", _("A PIC has nine digits."))]
    )
    oid = models.CharField(
        _("Erasmus+ OID"),
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^E\d{8}$", _("An OID is the letter E and eight digits."))],
    )
    national_id = models.CharField(_("national registration number"), max_length=40, blank=True)
    nace = models.JSONField(_("NACE codes"), default=list, blank=True, help_text=_("codes of Rev. 2 or 2.1"))
    size_class = models.CharField(_("size"), max_length=10, choices=SizeClass.choices, blank=True)
    segments = models.JSONField(_("value-chain segments"), default=list, blank=True)
    description = models.TextField(_("what it does"), blank=True, max_length=20_000)
    logo = models.FileField(_("logo"), upload_to="logos/", blank=True, help_text=_("served by its own page only"))
    logo_alt = models.CharField(_("what the logo shows"), max_length=150, blank=True)
    # Derived from the names, for matching and search; written by save() because a stale key would make duplicates.
    name_key = models.CharField(max_length=250, editable=False, db_index=True)
    search_text = models.TextField(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(excluded_fields=["code", "name_key", "search_text"])  # none is ever set by a person
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["legal_name"]
        indexes = [models.Index(fields=["country", "member_type"], name="organisation_country_type")]
        constraints = [
            models.UniqueConstraint(fields=["pic"], condition=~Q(pic=""), name="organisation_pic_once"),
            models.UniqueConstraint(fields=["oid"], condition=~Q(oid=""), name="organisation_oid_once"),
            models.UniqueConstraint(fields=["vat"], condition=~Q(vat=""), name="organisation_vat_once"),
            models.UniqueConstraint(
                fields=["country", "national_id"], condition=~Q(national_id=""), name="organisation_national_id_once"
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if is_new := not self.code:  # it follows from the key; until that is known, something that nobody else has
            self.code = f"~{secrets.token_hex(5)}"
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "name_key", "search_text"}
        super().save(*args, **kwargs)
        if is_new:
            self.code = f"ORG-{self.pk:05d}"
            type(self).objects.filter(pk=self.pk).update(code=self.code)

    def derive(self) -> None:
        """Recompute the search columns; bulk writers call this before they write."""
        self.name_key = name_key(self.legal_name)[:250]
        self.search_text = fold(
            " ".join([self.legal_name, self.short_name, *sorted(self.other_names.values()), *self.aliases])
        )

    def get_absolute_url(self) -> str:
        return reverse("members:organisation_detail", args=[self.code])

    def acted_for(self, actor: Any) -> Organisation | None:
        return self if actor.represents(self.pk) else None

    @property
    def shown_name(self) -> str:
        return self.short_name or self.legal_name


class Workforce(models.Model):
    """The automotive workforce (people) that an organisation declares for a year."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="workforces")
    year = models.PositiveSmallIntegerField(_("year"))
    people = models.PositiveIntegerField(_("people"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="workforce_once_a_year")]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.year}: {self.people}"


class MembershipQuerySet(WorkflowQuerySet):
    def alive(self, on: date | None = None) -> MembershipQuerySet:
        """Those that hold on that day (default today). Of a day in the past also those that were suspended or ended
        after it."""
        on = on or today()
        held = Q(starts__lte=on) & (Q(ends=None) | Q(ends__gte=on))
        state = Q(status=Membership.Status.ACTIVE)
        if on < today():
            state |= Q(status=Membership.Status.SUSPENDED, suspended_on__gt=on) | Q(status=Membership.Status.ENDED)
        return self.filter(held & state)

    def open(self) -> MembershipQuerySet:
        """Neither ended nor past their last day."""
        return self.exclude(status=Membership.Status.ENDED).filter(Q(ends=None) | Q(ends__gte=today()))

    def run_out(self) -> MembershipQuerySet:
        """Past their last day, although nobody has recorded the end: they are over all the same."""
        return self.exclude(status=Membership.Status.ENDED).filter(ends__lt=today())


class Membership(WorkflowModel):
    """An organisation's membership of the alliance: active → suspended → ended. What comes before is the Application:
    it has its own states, and who applied is no member in any way until it is accepted. Who comes back gets a new row.
    `ends` is the last day; a membership past it is over, whatever its state says."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        ENDED = "ended", _("Ended")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    status = StateField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    tier = models.CharField(_("tier"), max_length=40, blank=True)
    starts = models.DateField(_("member since"), default=today)
    ends = models.DateField(_("until"), null=True, blank=True)
    suspended_on = models.DateField(_("suspended on"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["-starts"]
        indexes = [
            models.Index(
                F("starts").desc(), "organisation", condition=Q(status="active"), name="membership_newest_first"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=~Q(status="ended"), name="membership_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="membership_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.shown_status.label})"

    @property
    def has_run_out(self) -> bool:
        return self.ends is not None and self.ends < today()

    @property
    def shown_status(self) -> Membership.Status:
        """What the membership is today: past its last day it has ended."""
        return self.Status.ENDED if self.has_run_out else self.Status(self.status)

    @property
    def ends_later(self) -> bool:
        """Its end is announced and has not come."""
        return self.ends is not None and self.status != self.Status.ENDED and not self.has_run_out

    def event_parents(self) -> Iterator[models.Model]:
        yield self.organisation

    def get_absolute_url(self) -> str:
        return self.organisation.get_absolute_url()
