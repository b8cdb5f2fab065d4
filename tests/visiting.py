"""What a visitor can open, taken from the table of rights: a new public page is looked at without being named again."""

from __future__ import annotations

from collections.abc import Iterator

from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from tests.access import public_names, rows
from tests.personas import Personas
from tests.test_access_table import PUBLIC_OF_PACKAGES


def addresses(personas: Personas) -> Iterator[tuple[str, str]]:
    """(name, path) of what answers a visitor with 200: of each row of the table, and of the pages of packages that
    take no argument. What the rows need stands in the database afterwards."""
    public = public_names()
    for row in rows():
        if row.name in public and row.post is None and row.answers["visitor"] == 200:
            arguments = row.arguments(personas) if row.arguments else []
            named = isinstance(arguments, dict)
            yield row.name, reverse(row.name, kwargs=arguments) if named else reverse(row.name, args=arguments)
    for name in sorted(PUBLIC_OF_PACKAGES):
        try:
            path = reverse(name)
        except NoReverseMatch:
            continue
        if Client().get(path).status_code == 200:
            yield name, path


def pages(personas: Personas) -> list[str]:
    """The paths of those that are read: pages, no files and no feeds."""
    found = dict.fromkeys(path for _name, path in addresses(personas))
    visitor = Client()
    return [path for path in found if visitor.get(path)["Content-Type"].startswith("text/html")]


def name_of(path: str) -> str:
    return resolve(path).view_name
