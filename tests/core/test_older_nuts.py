"""Codes of earlier versions of NUTS are recognised and explained, and never turned into others silently."""

from __future__ import annotations

import pytest

from core.geography import older, shapes


def test_no_old_code_is_one_of_today_and_all_successors_are() -> None:
    today = shapes.region_names()
    for one in older.old_regions().values():
        assert one.code not in today, one
        assert one.successors, one
        assert set(one.successors) <= today.keys(), one
        assert {len(code) for code in one.successors} == {len(one.code)}, one


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            "PT17",
            "(PT17) is a code of NUTS 2021. In NUTS 2024 it is Grande Lisboa (PT1A) or",
        ),
        ("pt 17", "PT17"),
        ("GR12", "Kentriki Makedonia (EL12) is a code of NUTS 2010"),
        ("FR717", "FR717 lies in Rhône-Alpes (FR71), a region of NUTS 2013. In NUTS 2024 that is Rhône-Alpes (FRK2)."),
        ("CZ089", "CZ089 is no region of NUTS 2024. It would lie in Moravskoslezsko (CZ08)."),
        ("UKM2", "which has no regions of the United Kingdom"),
        ("CZ08", ""),
        ("XX99", ""),
        ("", ""),
    ],
)
def test_it_says_of_which_version_a_code_was_and_what_is_there_today(code: str, says: str) -> None:
    assert older.explain(code).startswith(says) or says in older.explain(code)
    assert bool(older.explain(code)) == bool(says)
