"""A year counted again beside what is kept: as it stood at the end of a quarter, or when an edition was frozen."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection

from kpis.scope import DERIVED, Scope, Tables
from kpis.settling import write_counted_lines

COUNTED = "counted_beside"


@contextmanager
def counted_beside(scope: Scope, without: Collection[int] = ()) -> Iterator[str]:
    """The name of a temporary table with the counted lines of the scope; one at a time. `without`: settlements (ids)
    that have no effect."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {COUNTED}")
        cursor.execute(f"CREATE TEMPORARY TABLE {COUNTED} AS SELECT * FROM {DERIVED.counted} WHERE 1 = 0")
        cursor.execute(f"CREATE INDEX beside_claims ON {COUNTED} (organisation_id, year)")
        cursor.execute(f"CREATE INDEX beside_others ON {COUNTED} (others_id, year)")
    write_counted_lines(Tables(counted=COUNTED), scope, without=without)
    yield COUNTED
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {COUNTED}")
