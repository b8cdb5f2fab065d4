"""Compiles every template of the portal: a tag misspelt on a page that no test opens is found here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates


class Command(BaseCommand):
    help = "Compile every template of the portal."

    def handle(self, *args: Any, **options: Any) -> None:
        engine = engines["django"]
        assert isinstance(engine, DjangoTemplates)  # noqa: S101 - the only engine that the settings name
        faults, count = [], 0
        for folder in (Path(one) for one in engine.template_dirs if Path(one).is_relative_to(settings.BASE_DIR)):
            if ".venv" in folder.relative_to(settings.BASE_DIR).parts:
                continue
            for path in sorted(one for one in folder.rglob("*") if one.is_file()):
                count += 1
                try:
                    engine.from_string(path.read_text())
                except (TemplateSyntaxError, UnicodeDecodeError) as problem:
                    faults.append(f"{path.relative_to(settings.BASE_DIR)}: {problem}")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{count} templates compile.")
