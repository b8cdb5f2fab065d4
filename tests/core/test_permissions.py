"""The one door for rights."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from core import permissions
from core.permissions import allow, any_of, condition
from members.permissions import is_office
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@condition("Only the primary contact may try this.")
def is_primary(user: Any, obj: Any) -> bool:
    return user.represents(obj.pk, "primary")


allow("core.try_nothing")
allow("members.try_organisation", any_of(is_primary, is_office))


def test_a_right_holds_for_whom_its_conditions_hold(personas: Personas) -> None:
    acme = personas.organisation
    assert personas.primary.has_perm("members.try_organisation", acme)
    assert personas.office.has_perm("members.try_organisation", acme)
    for who in ("visitor", "stranger", "outsider", "reporter", "chair", "administrator"):
        assert not personas[who].has_perm("members.try_organisation", acme), who


def test_who_lacks_a_right_reads_why(personas: Personas) -> None:
    with pytest.raises(permissions.Denied) as refusal:
        permissions.require(personas.outsider, "members.try_organisation", personas.organisation)
    assert str(refusal.value) == "Only the primary contact may try this."
    assert permissions.explain(AnonymousUser(), "members.try_organisation", personas.organisation) == (
        "Please sign in first."
    )
    assert permissions.explain(personas.primary, "members.try_organisation", personas.organisation) == ""


def test_signing_in_is_a_condition_of_every_right(personas: Personas) -> None:
    assert personas.stranger.has_perm("core.try_nothing")
    assert not AnonymousUser().has_perm("core.try_nothing")
    personas.stranger.is_active = False
    assert not personas.stranger.has_perm("core.try_nothing")


def test_a_right_that_nobody_named_is_a_fault_of_the_program(personas: Personas) -> None:
    with pytest.raises(LookupError):
        permissions.require(personas.office, "members.no_such_right")
    assert not personas.office.has_perm("members.no_such_right")


def test_a_right_is_named_once() -> None:
    with pytest.raises(ValueError, match="named twice"):
        allow("core.try_nothing", is_office)


def test_a_page_asks_the_same_door(personas: Personas) -> None:
    request = RequestFactory().get("/")
    page = Template(
        '{% may "members.try_organisation" acme as can %}{{ can }}: {% why_not "members.try_organisation" acme %}'
    )
    request.user = personas.outsider
    told = page.render(Context({"request": request, "acme": personas.organisation}))
    assert told == "False: Only the primary contact may try this."
    request.user = personas.primary
    assert page.render(Context({"request": request, "acme": personas.organisation})) == "True: "
