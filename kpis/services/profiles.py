"""Skills profiles: recorded, corrected, withdrawn. Each is a category of the breakdown by profile, under its code."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import permissions
from core.catalogues.indicators import UNKNOWN
from core.models import Breakdown, BreakdownCategory, SkillsProfile
from core.workflow import NotPossible, act
from kpis import steps
from kpis.models import FigureCategory, Round
from members.models import User

BREAKDOWN = "profile"
RESERVED = frozenset({UNKNOWN, "add"})  # the category of what is not known; the address of the form
_FIELDS = ("label", "source", "uri", "version")


def _category(code: str) -> BreakdownCategory:
    return BreakdownCategory.objects.get(breakdown__code=BREAKDOWN, code=code)


def is_named(profile: SkillsProfile) -> bool:
    """Whether a figure of any report, approved or not, has a part under it."""
    return FigureCategory.objects.filter(category__breakdown__code=BREAKDOWN, category__code=profile.code).exists()


def first_year_without() -> int:
    """The first year from which a profile can be left out: reports of rounds that are open or were may name it."""
    asked = Round.objects.exclude(status=Round.Status.PLANNED)
    last = asked.filter(indicators__breakdowns__code=BREAKDOWN).aggregate(last=Max("year"))["last"]
    return int(last) + 1 if last is not None else 2000


def _check_uri(uri: str, *, of: str) -> None:
    same = SkillsProfile.objects.exclude(code=of).filter(uri=uri).first() if uri else None
    if same is not None:
        raise NotPossible(
            _("This address is that of the profile “%(label)s” (%(code)s) already.")
            % {"label": same.label, "code": same.code}
        )


@transaction.atomic
def add_profile(
    *, code: str, label: str, source: str, uri: str = "", version: str = "", note: str = "", actor: User
) -> SkillsProfile:
    """Record a profile; reports can name it from now on. Raises NotPossible where its code or its address is taken."""
    permissions.require(actor, "core.manage_profiles")
    breakdown = Breakdown.objects.select_for_update().get(code=BREAKDOWN)  # two at once: the second finds the first
    if code in RESERVED or breakdown.categories.filter(code=code).exists():
        raise NotPossible(_("The code “%(code)s” is taken.") % {"code": code})
    _check_uri(uri, of=code)
    made = SkillsProfile.objects.create(code=code, label=label, source=source, uri=uri, version=version)
    last = breakdown.categories.exclude(code=UNKNOWN).aggregate(last=Max("order"))["last"]
    BreakdownCategory.objects.create(
        breakdown=breakdown, code=code, name=label, order=min((last or 0) + 1, 998)
    )  # what is not known stands at the end
    said = {name: getattr(made, name) for name in _FIELDS}
    act(steps.ADD_PROFILE, made, actor=actor, note=note, data={"said": said})
    return made


@transaction.atomic
def edit_profile(
    *, code: str, label: str, source: str, uri: str, version: str, note: str, actor: User
) -> SkillsProfile:
    """Correct what is on record. Once a figure names the profile it stays the same occupation or role: its label and
    the version may be corrected, its source and address not. Raises NotPossible then, and where nothing differs."""
    permissions.require(actor, "core.manage_profiles")
    one = SkillsProfile.objects.select_for_update().get(code=code)
    said = dict(zip(_FIELDS, (label, source, uri, version), strict=True))
    changed: dict[str, Any] = {
        name: [getattr(one, name), value] for name, value in said.items() if getattr(one, name) != value
    }
    if not changed:
        raise NotPossible(_("Nothing differs from what is on record."))
    if {"source", "uri"} & changed.keys() and is_named(one):
        raise NotPossible(
            _(
                "Figures name this profile: it stays the same occupation or job role. Add another profile, and "
                "withdraw this one."
            )
        )
    _check_uri(uri, of=code)
    for name, value in said.items():
        setattr(one, name, value)
    one.save(update_fields=list(said))
    BreakdownCategory.objects.filter(pk=_category(code).pk).update(name=label)
    act(steps.EDIT_PROFILE, one, actor=actor, note=note, data={"changed": changed})
    return one


@transaction.atomic
def withdraw_profile(*, code: str, from_year: int, note: str, actor: User) -> SkillsProfile:
    """Reports of `from_year` and later years do not name it any more; figures that do stay as they are. Raises
    NotPossible for a year whose reports can name it already, without a reason, and for one that is withdrawn."""
    permissions.require(actor, "core.manage_profiles")
    list(Round.objects.select_for_update(of=("self",)).filter(year__gte=from_year).order_by("pk"))
    one = SkillsProfile.objects.select_for_update().get(code=code)
    if one.last_year is not None:
        raise NotPossible(_("This profile is withdrawn already."))
    first = first_year_without()
    if from_year < first:
        raise NotPossible(
            _("Reports of %(last)s can name it already: it can be withdrawn from %(first)s on.")
            % {"last": first - 1, "first": first}
        )
    return _offer_until(one, from_year - 1, steps.WITHDRAW_PROFILE, note, actor)


@transaction.atomic
def restore_profile(*, code: str, note: str, actor: User) -> SkillsProfile:
    """Reports can name it again. Raises NotPossible where it is not withdrawn, or without a reason."""
    permissions.require(actor, "core.manage_profiles")
    one = SkillsProfile.objects.select_for_update().get(code=code)
    if one.last_year is None:
        raise NotPossible(_("This profile is not withdrawn."))
    return _offer_until(one, None, steps.RESTORE_PROFILE, note, actor)


def _offer_until(one: SkillsProfile, last_year: int | None, verb: str, note: str, actor: User) -> SkillsProfile:
    if not note.strip():
        raise NotPossible(_("Please give a reason."))
    one.last_year = last_year
    one.save(update_fields=["last_year"])
    BreakdownCategory.objects.filter(pk=_category(one.code).pk).update(last_year=last_year)
    act(verb, one, actor=actor, note=note, data={"last_year": last_year})
    return one
