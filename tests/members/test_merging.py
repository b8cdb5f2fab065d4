"""Two organisations become one: every reference moves, and everything comes back when it is undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers
from django.utils import timezone

from core import events, forgetting, permissions
from core.imports.models import ImportRow
from core.workflow import InvalidTransition
from members import retention
from members.merging.errors import CannotMerge
from members.merging.journal import Summary
from members.models import Invitation, Membership, Merge, Organisation, Representation, Represented, Workforce
from members.services import merging
from members.services.organisations import ChangedMeanwhile, change_profile, version_of
from tests.factories.committees import SeatFactory
from tests.factories.groups import GroupFactory, GroupMembershipFactory, ProposalFactory
from tests.factories.imports import checked
from tests.factories.members import (
    ApplicationFactory,
    InvitationFactory,
    MemberFactory,
    OrganisationFactory,
    RepresentationFactory,
    UserFactory,
    WorkforceFactory,
)
from tests.personas import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Organisation:
    return MemberFactory(legal_name="Vltava Works a.s.", vat="CZ00177041", nace=["29.32"], other_names={"de": "Werke"})


@pytest.fixture
def merged() -> Organisation:
    return MemberFactory(
        legal_name="VLTAVA WORKS Holding",
        short_name="VW Holding",
        pic="012345678",
        nace=["29.10", "29.32"],
        other_names={"fr": "Ateliers", "de": "Andere"},
    )


def merge(personas: Personas, kept: Organisation, merged: Organisation, **choices: str) -> Merge:
    return merging.merge_organisations(
        kept_id=kept.pk, merged_id=merged.pk, actor=personas.office, choices=choices, note="The same works."
    )


def undo(personas: Personas, done: Merge) -> Merge:
    return merging.undo_merge(merge_id=done.pk, actor=personas.office)


def everything_about(*organisations: Organisation) -> dict[str, Any]:
    """All rows that name one of them, column by column."""
    ids = [one.pk for one in organisations]
    found = {"organisations": serializers.serialize("json", Organisation.objects.filter(pk__in=ids).order_by("pk"))}
    for model, column in merging.references():
        if model is not Merge:
            rows = model._base_manager.filter(**{f"{column}__in": ids}).order_by("pk")
            found[f"{model._meta.label} {column}"] = serializers.serialize("json", rows)
    return found


def test_every_reference_of_every_app_is_known() -> None:
    known = {f"{model._meta.label} {column}" for model, column in merging.references()}
    assert {
        "members.Representation organisation_id",
        "members.Represented umbrella_id",
        "members.Represented organisation_id",
        "committees.Seat organisation_id",
        "groups.Founder organisation_id",
        "groups.GroupRole organisation_id",
        "groups.Activity organisation_id",
        "kpis.Figure others_id",
        "kpis.AdjustmentLine others_id",
        "projects.Partner organisation_id",
        "projects.ResultUse organisation_id",
    } <= known


def test_the_chosen_values_make_the_record(personas: Personas, kept: Organisation, merged: Organisation) -> None:
    merge(personas, kept, merged, short_name="merged", nace="kept")
    kept.refresh_from_db()
    assert (kept.legal_name, kept.short_name, kept.vat, kept.pic) == (
        "Vltava Works a.s.",
        "VW Holding",
        "CZ00177041",
        "012345678",  # an empty field is filled
    )
    assert kept.nace == ["29.32"]
    assert kept.other_names == {"de": "Werke", "fr": "Ateliers"}
    assert kept.aliases == ["VLTAVA WORKS Holding"]
    assert Organisation.objects.search("vltava holding").get() == kept
    assert not Organisation.objects.filter(pk=merged.pk).exists()


def test_everything_moves_and_everything_comes_back(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    both, only = UserFactory(), UserFactory()
    group = GroupFactory()
    RepresentationFactory(user=both, organisation=kept)
    RepresentationFactory(user=both, organisation=merged, starts="2021-01-01")
    RepresentationFactory(user=only, organisation=merged)
    SeatFactory(user=only, organisation=merged, code="TECH")
    GroupMembershipFactory(group=group, organisation=kept)
    GroupMembershipFactory(group=group, organisation=merged, representative=only)
    GroupMembershipFactory(organisation=merged, representative=only)
    ProposalFactory(organisation=merged)
    WorkforceFactory(organisation=kept, year=2024, people=100)
    WorkforceFactory(organisation=merged, year=2024, people=120)
    WorkforceFactory(organisation=merged, year=2023, people=90)
    InvitationFactory(organisation=merged, invited_by=personas.office)
    ApplicationFactory(organisation=merged)
    Represented.objects.create(umbrella=kept, organisation=merged)
    Represented.objects.create(umbrella=merged, organisation=MemberFactory())
    before = everything_about(kept, merged)

    done = merge(personas, kept, merged)
    for model, column in merging.references():
        assert not model._base_manager.filter(**{column: merged.pk}).exists(), (model, column)
    assert Membership.objects.get(organisation=kept).status == "active"
    assert set(kept.representations.values_list("user", "starts")) >= {(both.pk, timezone.datetime(2021, 1, 1).date())}
    assert kept.seats.get().user == only
    place = kept.group_memberships.get(group=group)
    assert only in place.alternates.all()
    assert kept.group_memberships.count() == 2
    assert Workforce.objects.get(organisation=kept, year=2024).people == 100
    assert kept.workforces.count() == 2
    assert Invitation.objects.get().organisation == kept
    assert not Represented.objects.filter(organisation=kept).exists()  # nobody represents itself
    assert kept.represented.count() == 1

    done = undo(personas, done)
    assert done.outcome["kept"] == done.outcome["failed"] == []
    assert everything_about(kept, merged) == before


def test_the_preview_says_what_will_happen_and_changes_nothing(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    RepresentationFactory(organisation=merged)
    WorkforceFactory(organisation=kept, year=2024)
    WorkforceFactory(organisation=merged, year=2024, people=7)
    before = everything_about(kept, merged)
    summary = merging.preview(kept_id=kept.pk, merged_id=merged.pk)
    assert ("representations", 1) in summary.moved
    assert {one["kind"] for one in summary.aside} == {"membership", "workforce"}
    assert everything_about(kept, merged) == before


def test_a_membership_that_is_alive_wins_over_a_suspended_one(personas: Personas, kept: Organisation) -> None:
    Membership.objects.filter(organisation=kept).delete()
    Membership.objects.create(organisation=kept, status="suspended", suspended_on=timezone.localdate())
    merged = MemberFactory()
    merge(personas, kept, merged)
    assert [one.status for one in kept.memberships.all()] == ["active"]


def test_what_somebody_has_changed_since_stays_and_is_listed(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    ended = RepresentationFactory(organisation=merged, user__name="Edited Since")
    moved = RepresentationFactory(organisation=merged)
    gone = WorkforceFactory(organisation=merged, year=2020)
    done = merge(personas, kept, merged)
    Representation.objects.filter(pk=ended.pk).update(ends=timezone.localdate())
    Workforce.objects.filter(pk=gone.pk).delete()
    kept.refresh_from_db()
    change_profile(organisation_id=kept.pk, actor=personas.office, seen=version_of(kept), short_name="By hand")
    new = RepresentationFactory(organisation=kept)

    outcome = undo(personas, done).outcome
    assert any("Edited Since" in one for one in outcome["kept"])
    assert "short name" in outcome["kept"]
    assert len(outcome["failed"]) == 1
    for one, where in ((ended, kept.pk), (moved, merged.pk), (new, kept.pk)):
        one.refresh_from_db()
        assert one.organisation_id == where
    kept.refresh_from_db()
    assert (kept.short_name, kept.pic) == ("By hand", "")
    assert Organisation.objects.get(pk=merged.pk).pic == "012345678"


def test_a_number_that_somebody_else_took_does_not_come_back(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    done = merge(personas, kept, merged)
    kept.refresh_from_db()
    change_profile(organisation_id=kept.pk, actor=personas.office, seen=version_of(kept), pic="")
    OrganisationFactory(pic="012345678")
    outcome = undo(personas, done).outcome
    assert "PIC: 012345678" in outcome["failed"]
    assert Organisation.objects.get(pk=merged.pk).pic == ""


def test_it_can_be_undone_once_and_for_30_days(personas: Personas, kept: Organisation, merged: Organisation) -> None:
    done = merge(personas, kept, merged)
    Merge.objects.filter(pk=done.pk).update(made_at=timezone.now() - timedelta(days=31))
    with pytest.raises(permissions.Denied, match="30 days"):
        undo(personas, done)
    Merge.objects.filter(pk=done.pk).update(made_at=timezone.now() - timedelta(days=29))
    undo(personas, done)
    with pytest.raises(InvalidTransition):
        undo(personas, done)


def test_the_timeline_shows_the_acts_on_both(personas: Personas, kept: Organisation, merged: Organisation) -> None:
    change_profile(organisation_id=merged.pk, actor=personas.office, seen=version_of(merged), description="Once")
    merge(personas, kept, merged)
    verbs = list(merging.timeline_of(kept).values_list("verb", flat=True))
    assert verbs == ["organisation.merge", "organisation.change"]
    done = Merge.objects.get()
    told = events.of(done).get()
    assert (told.actor, told.note) == (personas.office, "The same works.")


def test_a_chain_of_merges_leads_to_the_last_and_is_undone_from_its_end(personas: Personas) -> None:
    one, two, three = MemberFactory(), MemberFactory(), MemberFactory()
    role = RepresentationFactory(organisation=one)
    first = merge(personas, two, one)
    second = merge(personas, three, two)
    role.refresh_from_db()
    assert role.organisation == three
    assert merging.address_of_kept(one.code) == three.code
    undo(personas, second)
    assert merging.address_of_kept(one.code) == two.code
    undo(personas, first)
    role.refresh_from_db()
    assert role.organisation_id == one.pk


def test_rows_of_imports_follow(personas: Personas, kept: Organisation, merged: Organisation) -> None:
    batch = checked(personas.office, f"code,name,country\n{merged.code},VLTAVA WORKS Holding,CZ\n")
    row = batch.rows.get()
    assert row.match_id == merged.pk
    done = merge(personas, kept, merged)
    assert ImportRow.objects.get(pk=row.pk).match_id == kept.pk
    undo(personas, done)
    assert ImportRow.objects.get(pk=row.pk).match_id == merged.pk


def test_the_same_merge_twice_or_the_other_way_round_is_refused(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    merge(personas, kept, merged)
    for one, other in ((kept, merged), (merged, kept)):
        with pytest.raises(CannotMerge, match="not there any more"):
            merge(personas, one, other)
    with pytest.raises(CannotMerge, match="different"):
        merge(personas, kept, kept)


def test_a_page_that_is_old_merges_nothing(personas: Personas, kept: Organisation, merged: Organisation) -> None:
    seen = merging.seen_of(kept, merged)
    change_profile(organisation_id=merged.pk, actor=personas.office, seen=version_of(merged), description="New")
    with pytest.raises(ChangedMeanwhile):
        merging.merge_organisations(kept_id=kept.pk, merged_id=merged.pk, actor=personas.office, choices={}, seen=seen)


def test_only_the_office_merges(personas: Personas, kept: Organisation, merged: Organisation) -> None:
    for name in ("primary", "chair", "administrator"):
        with pytest.raises(permissions.Denied):
            merging.merge_organisations(kept_id=kept.pk, merged_id=merged.pk, actor=personas[name], choices={})


def test_who_is_forgotten_is_not_in_the_undo_record_either(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    for organisation in (kept, merged):
        InvitationFactory(organisation=organisation, email="zelda@example.test", name="Zelda Fitting")
    done = merge(personas, kept, merged)
    assert "zelda@example.test" in str(done.journal)
    forgetting.forget_words({"Zelda Fitting", "ZELDA@example.test"}, instead="a former contact")
    done.refresh_from_db()
    assert "zelda" not in str(done.journal).lower()
    assert undo(personas, done).outcome["failed"] == []
    assert Invitation.objects.count() == 2
    assert not Invitation.objects.filter(email__icontains="zelda").exists()


def test_an_undo_record_goes_when_it_is_of_no_use_any_more(
    personas: Personas, kept: Organisation, merged: Organisation
) -> None:
    RepresentationFactory(organisation=merged)
    done = merge(personas, kept, merged)
    now = timezone.now()
    assert not retention.MERGES.due(now + timedelta(days=59)).exists()
    later = now + timedelta(days=61)
    assert list(retention.MERGES.due(later)) == [done]
    retention.forget_undo_records([done])
    assert not retention.MERGES.due(later).exists()
    done.refresh_from_db()
    summary = Summary(done.journal)
    assert ("representations", 1) in summary.moved
    assert [one["label"] for one in summary.aside] == ["–"]
