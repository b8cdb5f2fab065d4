"""Coded lists that several apps name. Names change over time, codes do not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The part of the code of a member type before the dash.
FAMILIES: dict[str, str | Promise] = {
    "IND": _("Industry"),
    "EDU": _("Education"),
    "SOC": _("Social partners"),
    "REG": _("Regions"),
    "NET": _("Networks"),
    "RES": _("Research"),
    "OTH": _("Others"),
}


class MemberTypeQuerySet(models.QuerySet["MemberType"]):
    def active(self) -> MemberTypeQuerySet:
        return self.filter(active=True)


class MemberType(models.Model):
    """A kind of member. The part of the code before the dash is its family: IND, EDU, SOC, REG, NET, RES, OTH."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    objects = MemberTypeQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def family(self) -> str:
        return self.code.partition("-")[0]


class MemberTypeAlias(models.Model):
    """Another name of a member type, shipped or learnt; matched after folding case, accents and punctuation."""

    member_type = models.ForeignKey(MemberType, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120, unique=True, help_text="the name, folded")
    language = models.CharField(max_length=5, blank=True)
    learnt_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="who said so, of a name that was not shipped",
    )

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """A topic that a committee works on; the breakdown 'topic' of the indicators uses the same codes."""

    code = models.CharField(max_length=30, unique=True)
    committee_code = models.CharField(max_length=10, help_text="stable code of the committee that steers it")
    name = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["committee_code", "order"]

    def __str__(self) -> str:
        return self.name


class ActivityTypeQuerySet(models.QuerySet["ActivityType"]):
    def current(self) -> ActivityTypeQuerySet:
        return self.filter(retired_at=None)


class ActivityType(models.Model):
    """An entry of the activity catalogue. Editable and versioned: a changed entry is a new version, old plans
    keep theirs. It is the portal's own list, not an official one of the method."""

    code = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ActivityTypeQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="activity_type_version"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(retired_at=None), name="activity_type_one_current"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LicenceQuerySet(models.QuerySet["Licence"]):
    def active(self) -> LicenceQuerySet:
        return self.filter(active=True)


class Licence(models.Model):
    """On what terms others may use something. Codes are those of SPDX, where it has one."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=120)
    url = models.URLField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name
