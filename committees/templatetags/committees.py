"""What pages show about committees."""

from __future__ import annotations

from django import template
from django.db.models import Model

from committees import register as decisions
from committees.models import Decision, Procedure

register = template.Library()


@register.filter
def who_decided(decision: Decision) -> str:
    """{{ decision|who_decided }}: the person, with the organisation that they sit for; or the committee."""
    return decisions.who(decision)


@register.simple_tag
def procedure_on(subject: Model) -> Procedure | None:
    """{% procedure_on proposal as procedure %}: the written procedure that is under way on it."""
    return Procedure.objects.open().on(subject).select_related("committee").first()
