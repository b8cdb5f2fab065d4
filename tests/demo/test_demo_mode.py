"""Demo data and demo accounts exist where they are asked for, and nowhere else."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from members.models import User

pytestmark = pytest.mark.django_db


def test_outside_demo_mode_nothing_is_loaded_and_no_account_is_told(settings):
    settings.DEMO = False
    for command in ("load_demo", "demo_accounts"):
        with pytest.raises(CommandError, match="demo mode"):
            call_command(command)
    assert not User.objects.filter(email="admin@demo.test").exists()
