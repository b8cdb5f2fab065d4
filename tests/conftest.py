"""What every test stands on: a database with reference data, an empty cache, people and their browsers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from asa_portal.celery import app
from core.models import MemberType
from tests import migrated
from tests.personas import Personas, make_personas


def load_reference() -> None:
    call_command("load_reference", verbosity=0)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """On SQLite a run begins with the database that an earlier one made with the same migrations, if there is one."""
    return migrated.bring()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Every test database has the reference data, as every portal has."""
    with django_db_blocker.unblock():
        load_reference()
        migrated.keep()


@pytest.fixture(autouse=True)
def reference_data(request: pytest.FixtureRequest) -> None:
    """A test with real transactions empties the database when it ends: whoever comes next loads it anew."""
    uses_database = request.node.get_closest_marker("django_db") or "_django_db_helper" in request.fixturenames
    if not uses_database:
        return
    request.getfixturevalue("_django_db_helper")  # before this one, also where a fixture and not a mark asks for it
    if not MemberType.objects.exists():
        load_reference()
    # Whoever counts queries counts none of those that a process makes once, whatever ran before.
    ContentType.objects.get_for_models(*apps.get_models())


@pytest.fixture(autouse=True)
def _empty_queue(request: pytest.FixtureRequest) -> None:
    """A real worker finds the messages of its own test, not the hundreds that nobody took before."""
    if request.node.get_closest_marker("services"):
        app.control.purge()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits, progress and heartbeats of one test do not reach the next."""
    yield
    cache.clear()


@pytest.fixture
def client_for() -> Callable[[Any], Client]:
    """client_for(user): a browser in which that person is signed in; client_for(personas.visitor): a visitor's."""

    def make(user: Any) -> Client:
        client = Client()
        if user is not None and user.is_authenticated:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@pytest.fixture
def personas(db: None) -> Personas:
    """The fixed people of the tests, each attribute a user."""
    return make_personas()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    needs_postgres = pytest.mark.skip(reason="needs PostgreSQL: set TEST_DATABASE_URL")
    if not os.environ.get("TEST_DATABASE_URL", "").startswith("postgres"):
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(needs_postgres)


def pytest_report_header() -> str:
    broker = "Redis" if os.environ.get("TEST_REDIS_URL") else "files"
    return f"portal: {connection.vendor}, broker and cache in {broker}"
