"""Tells the accounts of the demo."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from asa_portal.demo.people import ACCOUNTS, PASSWORD
from members.models import User


class Command(BaseCommand):
    help = "List the demo accounts (demo mode only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one line: a list of {email, password, role}")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This portal is not in demo mode: it has no demo accounts.")
        known = set(User.objects.filter(email__in=[one.email for one in ACCOUNTS]).values_list("email", flat=True))
        rows = [{"email": one.email, "password": PASSWORD, "role": one.role} for one in ACCOUNTS if one.email in known]
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write(f"  {row['email']:<24}{row['password']:<14}{row['role']}")
