"""Rows of a portal that is older than a rule are brought under it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from members.models import Membership
from tests.factories.members import OrganisationFactory

pytestmark = pytest.mark.django_db
BEFORE, STEP = ("members", "0006_privacy"), ("members", "0007_membership_begins_active")


def test_a_membership_that_was_only_applied_for_is_ended_and_others_stay() -> None:
    """The step itself, on the models as they were before it. The columns have stayed what they were, so that nothing
    need be unmade and made again, of this app and of all that build on it."""
    organisations = [OrganisationFactory(legal_name=f"Works {n}") for n in range(2)]
    loader = MigrationExecutor(connection).loader
    before = loader.project_state([BEFORE])
    old = before.apps.get_model("members", "Membership")
    for organisation, state in zip(organisations, ("applied", "active"), strict=True):
        old.objects.create(organisation_id=organisation.pk, status=state, starts=date(2024, 5, 1))
    data, _column = loader.get_migration(*STEP).operations
    data.database_forwards("members", connection.schema_editor(), before, before)
    ended, kept = (Membership.objects.get(organisation=one) for one in organisations)
    assert (ended.status, ended.ends, ended.reason) == ("ended", date(2024, 5, 1), "It was never begun.")
    assert (kept.status, kept.ends, kept.reason) == ("active", None, "")
    assert list(Membership.objects.alive()) == [kept]
