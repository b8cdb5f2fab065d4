"""Why somebody can act for nobody, and who may be shown as a contact."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from members.models import Consent, Membership, Organisation, Representation, User


def why_no_organisation(user: Any) -> str:
    """The reason for somebody who acts for no member today: perhaps the membership rests or has ended."""
    held = user.representations.current().select_related("organisation").first()
    if held is None:
        return _("You do not represent a member at present.")
    last = held.organisation.memberships.order_by("-starts", "-pk").first()
    if last is None:
        return _("%(name)s is not a member yet.") % {"name": held.organisation.shown_name}
    words = {
        Membership.Status.SUSPENDED: _("The membership of %(name)s is suspended."),
        Membership.Status.ENDED: _("The membership of %(name)s has ended."),
    }.get(last.shown_status, _("%(name)s is not a member yet."))
    told = words % {"name": held.organisation.shown_name}
    return f"{told} {_('The reason given:')} {last.reason}" if last.reason else told


def contacts_shown(organisation: Organisation) -> QuerySet[User]:
    """Representatives who agreed that other members see their name and address; the last answer of each counts."""
    answers = Consent.objects.filter(user=OuterRef("pk"), kind=Consent.Kind.CONTACT).order_by("-at", "-pk")
    held = Representation.objects.current().of_members().filter(user=OuterRef("pk"), organisation=organisation)
    return (
        User.objects.filter(Exists(held), is_active=True)
        .annotate(shows=Subquery(answers.values("given")[:1]))
        .filter(shows=True)
        .order_by("name", "email")
    )
