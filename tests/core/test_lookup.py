"""Several values a key, in little memory."""

from __future__ import annotations

from core.lookup import MultiDict


def test_values_come_back_in_the_order_in_which_they_were_added() -> None:
    found: MultiDict[str, tuple[int, ...]] = MultiDict()
    assert list(found.get("a")) == []
    found.add("a", (1, 2))
    assert list(found.get("a")) == [(1, 2)]
    found.add("a", (3,))
    found.add("a", (1, 2))
    found.add("b", ())
    assert list(found.get("a")) == [(1, 2), (3,), (1, 2)]
    assert list(found.get("b")) == [()]
