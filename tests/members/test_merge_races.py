"""Two people merge at the same moment, on a database that really locks rows."""

from __future__ import annotations

import pytest

from members.merging.errors import CannotMerge
from members.models import Merge, Organisation
from members.services.merging import merge_organisations, undo_merge
from tests.factories.members import MemberFactory, RepresentationFactory
from tests.groups.test_races import at_once
from tests.personas import make_personas

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_that_are_merged_both_ways_at_once_become_one() -> None:
    office = make_personas().office
    one, two = MemberFactory(), MemberFactory()
    RepresentationFactory(organisation=one)
    RepresentationFactory(organisation=two)
    answers = at_once(
        lambda: merge_organisations(kept_id=one.pk, merged_id=two.pk, actor=office, choices={}),
        lambda: merge_organisations(kept_id=two.pk, merged_id=one.pk, actor=office, choices={}),
    )
    assert {type(answer) for answer in answers} == {Merge, CannotMerge}
    left = Organisation.objects.get(pk__in=[one.pk, two.pk])
    assert left.representations.count() == 2


def test_an_undoing_asked_for_twice_at_once_happens_once() -> None:
    office = make_personas().office
    one, two = MemberFactory(), MemberFactory()
    done = merge_organisations(kept_id=one.pk, merged_id=two.pk, actor=office, choices={})
    answers = at_once(*[lambda: undo_merge(merge_id=done.pk, actor=office)] * 2)
    assert sum(isinstance(answer, Merge) for answer in answers) == 1
    assert Organisation.objects.filter(pk=two.pk).count() == 1
