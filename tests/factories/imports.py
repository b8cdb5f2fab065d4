"""Imports of rosters, in each state on the way."""

from __future__ import annotations

from typing import Any

from core import jobs
from core.imports import services
from core.imports.models import Import

ROSTER = """Organisation;Country;Type;Website
Northwind Axles GmbH;Germany;supplier;www.northwind-axles.example
Ateliers du Grand Pont SA;FR;EDU-VET;
Nobody's Land;Atlantis;supplier;
"""


def uploaded(actor: Any, text: str = ROSTER, name: str = "roster.csv") -> Import:
    return services.start_import(kind_key="roster", file_name=name, data=text.encode(), actor=actor)


def checking(actor: Any, text: str = ROSTER, member_type: str = "OTH") -> Import:
    batch = uploaded(actor, text)
    services.map_columns(
        import_id=batch.pk,
        mapping={int(position): name for position, name in batch.mapping.items()},
        options={"member_type": member_type},
        actor=actor,
    )
    return services.start_check(import_id=batch.pk, actor=actor)


def checked(actor: Any, text: str = ROSTER, member_type: str = "OTH") -> Import:
    batch = checking(actor, text, member_type)
    return run(batch)


def applied(actor: Any, text: str = ROSTER, member_type: str = "OTH") -> Import:
    batch = checked(actor, text, member_type)
    services.confirm(import_id=batch.pk, actor=actor, skip_errors=True)
    return run(batch)


def undone(actor: Any, text: str = ROSTER) -> Import:
    batch = applied(actor, text)
    services.start_undo(import_id=batch.pk, actor=actor)
    return run(batch)


def run(batch: Import) -> Import:
    """Do what the worker would do."""
    batch.refresh_from_db()
    jobs.run(batch.job.pk)
    return Import.objects.get(pk=batch.pk)
