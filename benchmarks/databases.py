"""Databases beside each other: the same portal with more of something and with less."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")
_made: dict[str, BaseDatabaseWrapper] = {}


def copied(label: str, fill: Callable[[], object]) -> BaseDatabaseWrapper:
    """A connection to a copy of the present database, filled; made once in a run, dropped at its end."""
    if label not in _made:
        here = connections["default"]
        name = f"{here.settings_dict['NAME']}_{label}"
        here.close()
        _server(f'CREATE DATABASE "{name}" TEMPLATE "{here.settings_dict["NAME"]}"')
        atexit.register(_server, f'DROP DATABASE "{name}" WITH (FORCE)')
        wrapper: Any = here.copy()
        wrapper.settings_dict = {**here.settings_dict, "NAME": name, "CONN_MAX_AGE": None}
        on(wrapper, fill)()
        _made[label] = wrapper
    return _made[label]


def on(wrapper: BaseDatabaseWrapper, work: Callable[[], T]) -> Callable[[], T]:
    """The work, on that database."""

    def call() -> T:
        before = connections["default"]
        connections["default"] = wrapper
        try:
            return work()
        finally:
            connections["default"] = before

    return call


def _server(statement: str) -> None:
    about = connections["default"].settings_dict
    with psycopg.connect(
        host=about["HOST"] or None,
        port=about["PORT"] or None,
        user=about["USER"] or None,
        password=about["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as server:
        server.execute(statement)
