"""Variants of one proof: `make test` runs the telling ones, the thorough suite (make test-thorough) the others too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def telling(cases: Sequence[Any], *places: int) -> list[Any]:
    """All the cases of a parametrised test; those not at one of the places are marked thorough."""
    return [
        case
        if place in places
        else pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.thorough)
        for place, case in enumerate(cases)
    ]
