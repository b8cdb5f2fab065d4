"""What is asked for in an address or a hidden field, which anybody can write."""

from __future__ import annotations

YEARS = 1900, 2100  # of which there can be anything
_LARGEST = 2**63 - 1  # what a key of the database holds


def whole(text: str, least: int = 0, most: int = _LARGEST) -> int | None:
    """The whole number, None where there is none or it is out of these bounds. Digits of any script count; more than
    a key can have are not even read."""
    found = int(text) if len(text) < 20 and text.isdecimal() else None
    return found if found is not None and least <= found <= most else None
