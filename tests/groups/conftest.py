"""What tests of groups share."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def no_group_is_stale(settings: Any) -> None:
    """The groups that factories make are old and without news: here that is not what is asked about."""
    settings.GROUP_STALE_DAYS = 10_000
