"""What many tests begin with, made once and written again as it was: the same rows with the same keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection
from django.utils import timezone

T = TypeVar("T")
Statement = tuple[str, Any]
_recorded: dict[tuple[Any, ...], tuple[list[Statement], Any]] = {}


def _state() -> tuple[Any, ...]:
    """Under which the same statements give the same rows: the day, and the next key of every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
        return timezone.localdate(), *cursor.fetchall()


def once(make: Callable[[], T]) -> T:
    """What `make` gave when it first began from this state of the database, whose rows are now there again.

    Making thousands of people through models takes minutes of a run. Elsewhere than on SQLite they are made each time:
    there the keys go on counting after a rollback.
    """
    if connection.vendor != "sqlite":
        return make()
    key = (make, *_state())
    if key in _recorded:
        statements, result = _recorded[key]
        with connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
        return result
    statements = []

    def record(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        assert not many, "executemany is not recorded"
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            statements.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(record):
        result = make()
    _recorded[key] = statements, result
    return result
